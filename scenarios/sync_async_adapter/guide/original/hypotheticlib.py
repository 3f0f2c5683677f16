# hypotheticlib.py
import requests

class Client:
    headers = {
        'User-Agent': 'sync-client'
    }

    def request(self, url):
        response = requests.get(url)
        return response.json()
