"""How fast the server is, beside Oxigraph's own and nginx, alone and under attack."""
