# A front door: every target is one command that also works without make.
.PHONY: build test rehearse bench fmt lint lab-up lab-down

build:
	swift build --product intchainctl

test:
	scripts/test

rehearse:
	scripts/rehearse

bench:
	benchmarks/run

fmt:
	swift-format format --in-place --recursive Package.swift Sources Tests

lint:
	swift-format lint --strict --recursive Package.swift Sources Tests

lab-up: build
	.build/debug/intchainctl lab up

lab-down:
	.build/debug/intchainctl lab down
