# shellcheck disable=SC2016 # the inner shell expands it
need "Python" "3.11" 'for python in python3 python3.14 python3.13 python3.12 python3.11; do
  "$python" -c "import sys; sys.exit(sys.version_info < (3, 11))" && exec "$python" --version; done; python3 --version' \
  "https://www.python.org/downloads, or your system's package manager"
need "uv (installs the Python libraries)" "0.13" "uv --version" \
  "pipx install uv, or brew install uv, or https://docs.astral.sh/uv/getting-started/installation"
