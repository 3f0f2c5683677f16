from http import HTTPStatus as HTTPStatus
