# `make` without a target lists the targets. docs/developing.md says more.
PYTHON ?= python3
PORT ?= 8000
WORKERS ?= 2
BIN := .venv/bin
# How many random histories of a newsroom `make prove` walks, half of them on each database.
HISTORIES ?= 500
# Tests run on every core. With worksteal, each core begins with its own share of consecutive tests, so that the
# fixtures of most modules are made only once.
PYTEST := -m pytest -n auto --dist worksteal
SHELL := /bin/sh
SECRET_FILE := var/secret-key
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run serve test prove drill check bench messages lock dist clean python

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/make \1\t\2/' | expand -t 20

python:
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing: install Python 3.11 or newer, or say which one: make PYTHON=/path/to/python3 …"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; $$($(PYTHON) --version) is here. Say which one to use: make PYTHON=python3.11 …"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv module is missing: on Debian and Ubuntu, apt-get install python3-venv"; exit 1; }

.venv/installed: requirements.txt | python
	@echo "Setting up .venv (a minute, the first time) …"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt || { echo "The libraries could not be installed: is there a network, and a package index?"; exit 1; }
	@touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	@echo "Adding the development tools …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt || { echo "The development tools could not be installed: is there a network, and a package index?"; exit 1; }
	@touch $@

$(SECRET_FILE): | .venv/installed
	@mkdir -p var && umask 077 && $(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))' > $@

# `make run` and `make serve` serve the site as in production. But `make run` is for this machine alone, so it allows
# the staff's cookies over plain HTTP.
HERE := export DEBUG=0 SECRET_KEY="$${SECRET_KEY:-$$(cat $(SECRET_FILE))}" \
	ALLOWED_HOSTS="$${ALLOWED_HOSTS:-127.0.0.1,localhost,[::1]}"
PREPARE := $(BIN)/python manage.py migrate --verbosity 0 && \
	$(BIN)/python manage.py collectstatic --noinput --verbosity 0
# With one thread, a request for a kept page would wait while another page is being made, or while the database hangs.
GRANIAN := $(BIN)/granian --interface wsgi --host 127.0.0.1 --port $(PORT) --blocking-threads 2 \
	--respawn-failed-workers --no-ws --log-level warning embassy.wsgi:application
# The worker of the outbox, beside this shell ($$$$), which serves. The loop starts the worker again if it dies, and ends
# when the shell ends.
WORK := (while kill -0 $$$$ 2>/dev/null; do $(BIN)/python manage.py work --beside $$$$; sleep 1; done) &
# Granian ends when one of its processes dies twice within six seconds. It is started again, as systemd would do, unless
# it has never lasted ten seconds: then something is wrong that it has said. The second `wait` is for a server that
# finishes its requests after SIGTERM or Ctrl-C.
SERVE = ended=; trap 'ended=1; kill $$server 2>/dev/null' TERM INT; lasting=; \
	until [ "$$ended" ]; do \
		begun=$$(date +%s); $(GRANIAN) --workers $(WORKERS) & server=$$!; wait $$server; result=$$?; \
		[ "$$ended" ] && { wait $$server; exit; }; \
		[ $$(($$(date +%s) - begun)) -lt 10 ] || lasting=1; \
		[ "$$lasting" ] || exit $$result; \
		echo "The server has ended, and is started again."; sleep 1; \
	done

run: .venv/installed $(SECRET_FILE) ## install, load and serve the demonstration on http://127.0.0.1:8000/
	@$(HERE) SECURE_COOKIES=0 SECOND_FACTOR=0 EMAIL_URL=consolemail:// && $(PREPARE) && \
	$(BIN)/python manage.py demo --accounts var/demonstration-accounts.txt && \
	echo "The site:      http://127.0.0.1:$(PORT)/" && \
	echo "The admin:     http://127.0.0.1:$(PORT)/admin/" && \
	echo "Ctrl-C stops it." && \
	{ $(WORK) exec $(GRANIAN); }

serve: .venv/installed $(SECRET_FILE) ## serve the site on $PORT as in production, with $WORKERS processes and the worker
	@$(HERE) && $(PREPARE) && \
	echo "Serving http://127.0.0.1:$(PORT)/ with $(WORKERS) processes. Ctrl-C stops them." && \
	{ $(WORK) $(SERVE); }

# Both runs start together, because each leaves the cores idle at times. The run on PostgreSQL shows its output at its
# end. It collects only modules with the mark `database`, because collecting all modules takes ten seconds a process.
test: .venv/installed-dev ## run the tests, and the tests of the database also on PostgreSQL
	@output=$$(mktemp); trap 'rm -f "$$output"' EXIT; \
	{ $(BIN)/python -m tests.postgresql $(PYTEST) -m "database and not slow and not drill" \
	    $$(grep -rl --include='*.py' 'mark\.database' tests) >"$$output" 2>&1; \
	  result=$$?; echo; cat "$$output"; exit $$result; } & \
	$(BIN)/python $(PYTEST) -m "not slow and not drill"; result=$$?; \
	wait $$! && exit $$result

prove: .venv/installed-dev ## run all tests and proofs at full size, on both databases (in a browser on SQLite only); takes hours
	@export HISTORIES=$$((($(HISTORIES) + 1) / 2)); \
	$(BIN)/python -m tests.postgresql $(PYTEST) -m "not browser and not drill" && $(BIN)/python $(PYTEST) -m "not drill"

drill: .venv/installed-dev ## kill, fill and freeze a running site, on both databases; KILLS=100 says how often
	@$(BIN)/python -m pytest -m drill -n 0

# W001 says that this machine's table of time zones is old. It is silenced, because that is no fault of the code.
check: .venv/installed-dev ## check style, types, import rules, deployment, migrations and catalogues
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/djade --check --target-version 5.2 $$(git ls-files 'templates/*.html')
	@report=$$($(BIN)/lint-imports --no-cache) || { echo "$$report"; exit 1; }
	DEBUG=1 $(BIN)/mypy
	DEBUG=1 $(BIN)/python manage.py makemigrations --check --dry-run
	SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))')" ALLOWED_HOSTS=embassy.example \
		SILENCED_SYSTEM_CHECKS=embassy.W001 \
		$(BIN)/python manage.py check --deploy --fail-level WARNING
	sh locale/up-to-date

bench: .venv/installed-dev ## run the benchmarks of imports, pages and search
	@for measure in imports pages search; do $(BIN)/python benchmarks/$$measure.py || exit 1; done

messages: .venv/installed-dev ## gather the interface's words into the catalogues and compile them
	DEBUG=1 $(BIN)/python manage.py makemessages --all --no-location --no-obsolete --ignore .venv --ignore var --ignore tests --verbosity 0
	DEBUG=1 $(BIN)/python manage.py compilemessages --verbosity 0 --ignore .venv

lock: .venv/installed-dev ## pin the dependencies in the .in files, with their hashes
	for set in requirements requirements-scale requirements-dev; do \
		$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header $$set.in -o $$set.txt $(UPGRADE); done

# The version stands in pyproject.toml. Both lists come from the commit, as the archive does. cyclonedx-py warns that a
# lock does not say which library asks for which other one; that is so.
VERSION = $$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
dist: .venv/installed-dev ## make dist/: the source archive of the last commit, and the CycloneDX lists of its libraries
	@rm -rf dist && mkdir dist
	@git archive --prefix="embassy-$(VERSION)/" --output="dist/embassy-$(VERSION).tar.gz" HEAD
	@for set in requirements requirements-scale; do \
		git show "HEAD:$$set.txt" >"dist/$$set.txt" && \
		$(BIN)/python -W ignore -m cyclonedx_py requirements --pyproject pyproject.toml --output-reproducible \
			--output-file "dist/$$set.cdx.json" "dist/$$set.txt" && rm "dist/$$set.txt" || exit 1; \
	done
	@cd dist && sha256sum -- * >SHA256SUMS && cat SHA256SUMS

clean: ## remove the environment and the caches; the site's data in var/ stays
	rm -rf .venv .ruff_cache .mypy_cache .hypothesis .migrated var/static
