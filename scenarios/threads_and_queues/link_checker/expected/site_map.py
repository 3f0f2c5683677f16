"""The handbook as a dictionary: page -> links."""

SITE = {
    "index": ["install", "tutorial", "reference"],
    "install": ["index", "linux", "windows"],
    "linux": ["install"],
    "windows": ["install", "powershell"],  # powershell was never written
    "tutorial": ["reference", "exercises", "solutions"],
    "exercises": ["solutions"],
    "reference": ["index", "glossary", "api"],
    "glossary": [],
}
