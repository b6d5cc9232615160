"""The notes service. `app.py` shows how the parts fit together; `main.py` starts them."""
