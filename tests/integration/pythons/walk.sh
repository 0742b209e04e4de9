# What guides to uv teach a newcomer, in their words. `$PAIR` is the minor version of Python that the mirror has.
# What a command prints for scripts to read goes to `$OUT`, one file a step.
set -euo pipefail

step() { name=$1; shift; "$@" > "$OUT/$name"; }

# -- pyenv: versions of Python --
uv python install "$PAIR"
step python-list uv python list --only-installed
uv python dir > /dev/null
uv python find "$PAIR" > /dev/null

# -- venv and pip: an environment, packages, a requirements file --
mkdir classic && cd classic
uv venv --python "$PAIR"
source .venv/bin/activate
step venv-python python -c 'import sys; print(sys.prefix != sys.base_prefix, "%d.%d" % sys.version_info[:2])'
uv pip install hello
step pip-freeze uv pip freeze
step pip-list uv pip list
step pip-show uv pip show hello
uv pip install 'alpha==1.0'
uv pip install --upgrade alpha
uv pip uninstall hello alpha
printf 'alpha<1.1  # not yet\nbeta\n' > requirements.in
uv pip compile --quiet requirements.in -o requirements.txt
uv pip install -r requirements.txt
uv pip check
uv pip sync requirements.txt
step pip-freeze-synced uv pip freeze
step pip-tree uv pip tree
step hello-is-gone python -c 'import importlib.util; print(importlib.util.find_spec("hello"))'
deactivate
uv venv --quiet --clear --python "$PAIR" --prompt other named
cd ..

# -- pipx: tools --
uv tool install hello
step tool-hello hello
step tool-list uv tool list
step tool-run uv tool run hello@1.0
step tool-from uv tool run --from hello hello
step uvx uvx hello
uv tool upgrade hello
uv tool install --with alpha --force hello
step tool-list-with uv tool list --show-with
uv tool uninstall hello
step tool-list-empty uv tool list
uv tool dir > /dev/null

# -- projects --
uv init --quiet --no-package --no-readme --vcs none --python "$PAIR" app && cd app
uv python pin "$PAIR"
step main uv run --quiet main.py
uv add alpha 'beta>=1'
uv add --dev hello
uv add --optional more 'gamma; python_version >= "3.9"'
uv remove beta
uv lock
uv lock --check
uv sync
step synced uv pip freeze
uv sync --all-extras
uv sync --check --all-extras
step synced-extras uv pip freeze
step tree uv tree
step export uv export --quiet --no-hashes --all-extras
uv lock --upgrade-package alpha
uv version --bump minor
step version uv version --short
step run-python uv run --quiet python -c 'import alpha, hello; print("found")'
step run-command uv run --quiet hello
step run-with uv run --quiet --with delta python -c 'import delta, alpha; print("both")'
uv sync --locked --no-dev
step no-dev uv pip freeze
cd ..

# -- scripts --
printf 'import alpha\nprint("script", alpha.__name__)\n' > job.py
uv add --quiet --script job.py 'alpha<1.1'
step script uv run --quiet job.py
uv lock --quiet --script job.py
step script-tree uv tree --quiet --script job.py
uv remove --quiet --script job.py alpha

# -- the cache, and away with it --
uv cache dir > /dev/null
uv cache prune --quiet
uv cache clean --quiet
uv python uninstall "$PAIR"
step python-list-empty uv python list --only-installed
