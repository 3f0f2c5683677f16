# Patching has to happen before anything else is imported.
from relay import patching

patching.patch()
