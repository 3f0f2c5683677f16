//! What every Eventlet, standard library and third-party name does, and what replaces it.
