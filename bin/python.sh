# Sourced by the other scripts: makes the environment in .venv. Needs nothing but bash and a CPython of 3.11 or newer.
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
venv=$root/.venv
export PYTHONPATH=$root${PYTHONPATH:+:$PYTHONPATH}
# Each part and each test process starts in half the time when what was compiled is kept; it is kept in .venv alone.
export PYTHONPYCACHEPREFIX=$venv/compiled
unset PYTHONDONTWRITEBYTECODE

find_python() {
    local candidate
    for candidate in python3 python3.13 python3.12 python3.11 python3.14 python; do
        if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            command -v "$candidate"
            return
        fi
    done
    echo "Firstline needs Python 3.11 or newer with its venv module, and none was found." >&2
    echo "On Debian or Ubuntu: apt-get install python3 python3-venv" >&2
    return 1
}

# install STAMP LOCK…: bring .venv to these lock files, unless it is there already. Only then is a network needed.
install() {
    local stamp=$venv/$1 wanted python
    shift
    wanted=$(cd "$root" && cat "$@" | cksum)
    if [ -x "$venv/bin/python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
        return
    fi
    if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
        python=$(find_python) || return 1
        echo "Making the environment in $venv"
        "$python" -m venv --clear "$venv" || return 1
    fi
    echo "Installing the packages of $*"
    local file arguments=()
    for file in "$@"; do arguments+=(-r "$root/$file"); done
    "$venv/bin/python" -m pip install -qq --no-compile --disable-pip-version-check --require-hashes "${arguments[@]}" || return 1
    echo "$wanted" >"$stamp"
}
