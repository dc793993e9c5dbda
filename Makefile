# make demo      a newcomer's first two minutes
# make test      everything, with real peers; installs the Debian packages that are missing
# make release   the programs, into .build/release
# make install   DESTDIR and PREFIX are heeded
# make bench     side by side with procmail, maildrop, dovecot-lda, Pigeonhole and Postfix
# make fuzz      the fuzzers, ten minutes each
# make check     what a change must pass: format, warnings, imports, manuals, tests

SWIFT ?= swift
INSTALL ?= install
DESTDIR ?=
PREFIX ?= /usr/local
SYSCONFDIR ?= /etc
SPOOLDIR ?= /var/spool/postmaster

bindir = $(DESTDIR)$(PREFIX)/bin
sbindir = $(DESTDIR)$(PREFIX)/sbin
libexecdir = $(DESTDIR)$(PREFIX)/libexec/postmaster
mandir = $(DESTDIR)$(PREFIX)/share/man
templatedir = $(DESTDIR)$(PREFIX)/share/postmaster/templates

# Programs start without a search for shared libraries: a missing one would exit 127, which bounces mail.
STATIC = .build-static
PROGRAMS = postmaster postmaster-retry postmaster-attachments postmasterctl
MANUALS = $(wildcard man/*.[578])

.PHONY: all demo test release start-order install bench fuzz check format lint manuals packages-build packages-test packages-unpacked packages-bench clean

all: release

packages-build packages-test packages-unpacked packages-bench:
	packaging/install-packages $(@:packages-%=%)

# One static build of all programs. What a delivery's start runs and touches lies together (packaging/start.order).
# lld drops what nothing refers to, but the runtime finds its sections by their start and stop symbols.
LINKING = -Xswiftc -static-executable -Xswiftc -use-ld=lld -Xswiftc -Xfrontend -Xswiftc -function-sections \
	-Xlinker -z -Xlinker nostart-stop-gc \
	-Xlinker --symbol-ordering-file=$(CURDIR)/packaging/start.order -Xlinker --no-warn-symbol-ordering

release: packages-build
	$(SWIFT) build -c release $(LINKING) -Xlinker -s --scratch-path $(STATIC)
	mkdir -p .build/release
	for program in $(PROGRAMS); do $(INSTALL) -m 755 $(STATIC)/release/$$program .build/release/ || exit 1; done

# After large changes: which functions a start runs, and which data it touches.
start-order: packages-bench
	$(SWIFT) build -c release $(LINKING) --scratch-path $(STATIC)
	packaging/start-order $(STATIC)/release/postmaster

demo: packages-build
	packaging/demo

# Three processes: what the programs are measured and stopped by is not to be shared with the modules' tests.
test: packages-build packages-test packages-unpacked release
	$(SWIFT) build --build-tests --explicit-target-dependency-import-check error
	packaging/tell-failures $(SWIFT) test --skip-build --skip EndToEndTests --skip FaultTests
	packaging/tell-failures $(SWIFT) test --skip-build --filter EndToEndTests
	packaging/tell-failures $(SWIFT) test --skip-build --filter FaultTests

bench: packages-build packages-bench release
	bench/run
	bench/sieve
	bench/drain
	bench/checks

# Each fuzzer for this time, in seconds. What it finds is left in .build-fuzz and belongs into fixtures/fuzz.
FUZZ_TIME ?= 600
FUZZERS = compiler interpreter session attachments archives scanners

fuzz: packages-build
	for fuzzer in $(FUZZERS); do \
		FUZZING=1 $(SWIFT) build -c release --sanitize=fuzzer -Xswiftc -DFUZZING --scratch-path .build-fuzz \
			--product fuzz-$$fuzzer || exit 1; \
		mkdir -p .build-fuzz/corpus-$$fuzzer; \
		SWIFT_BACKTRACE=enable=no .build-fuzz/release/fuzz-$$fuzzer -max_total_time=$(FUZZ_TIME) -max_len=4000 -timeout=10 \
			-artifact_prefix=.build-fuzz/$$fuzzer- .build-fuzz/corpus-$$fuzzer fixtures/fuzz/$$fuzzer || exit 1; \
	done

check: lint test

lint: manuals
	$(SWIFT) format lint --strict --recursive Sources Tests Package.swift

format:
	$(SWIFT) format --in-place --recursive Sources Tests Package.swift

manuals:
	mandoc -T lint -W warning $(MANUALS)

# The names of other agents go into a directory of their own: on the PATH they would hide the real ones.
install:
	@test -x .build/release/postmaster || { echo "Build first: make release" >&2; exit 1; }
	$(INSTALL) -d $(bindir) $(sbindir) $(libexecdir) $(mandir)/man5 $(mandir)/man7 $(mandir)/man8
	$(INSTALL) -s -m 755 .build/release/postmaster $(bindir)/postmaster
	$(INSTALL) -s -m 755 .build/release/postmasterctl $(bindir)/postmasterctl
	$(INSTALL) -s -m 755 .build/release/postmaster-retry $(sbindir)/postmaster-retry
	$(INSTALL) -s -m 755 .build/release/postmaster-attachments $(libexecdir)/postmaster-attachments
	for name in dovecot-lda procmail maildrop deliver mail.maildir; do \
	    ln -sf $(PREFIX)/bin/postmaster $(libexecdir)/$$name || exit 1; \
	done
	for page in $(MANUALS); do \
	    $(INSTALL) -m 644 $$page $(mandir)/man$${page##*.}/ || exit 1; \
	done
	for language in packaging/templates/*; do \
	    $(INSTALL) -d $(templatedir)/$${language##*/} || exit 1; \
	    $(INSTALL) -m 644 $$language/* $(templatedir)/$${language##*/}/ || exit 1; \
	done
	$(INSTALL) -d $(DESTDIR)$(SYSCONFDIR)/postmaster
	test -e $(DESTDIR)$(SYSCONFDIR)/postmaster/postmaster.toml || \
	    $(INSTALL) -m 644 packaging/postmaster.toml $(DESTDIR)$(SYSCONFDIR)/postmaster/postmaster.toml
	$(INSTALL) -d -m 1777 $(DESTDIR)$(SPOOLDIR)
	@echo "Users' deferred mail waits in $(SPOOLDIR) (mode 1777: each entry belongs to its user)."
	@echo "Let root's cron drain it: * * * * * root $(PREFIX)/sbin/postmaster-retry"

clean:
	rm -rf .build $(STATIC)
