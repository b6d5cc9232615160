CARGO_LLVM_COV_VERSION := {= manifest.tools["cargo-llvm-cov"] =}
TARGET_DIR := $(abspath $(or $(CARGO_TARGET_DIR),target))
# Plain cargo and the coverage run share one build folder, so that dependencies are compiled once. Only this project's own code is measured; the
# wrapper, which does nothing, has cargo keep its measured form apart from the plain one.
LLVM_COV_CARGO = PATH="$(CURDIR)/.tools/bin:$$PATH" CARGO_LLVM_COV_TARGET_DIR="$(TARGET_DIR)" RUSTC_WORKSPACE_WRAPPER=env cargo llvm-cov

deps: .tools/cargo-llvm-cov-$(CARGO_LLVM_COV_VERSION) ## Get exactly the dependencies that Cargo.lock names
	@cargo fetch --locked

# A debug build of the tool is as good here and takes half the time.
.tools/cargo-llvm-cov-$(CARGO_LLVM_COV_VERSION):
	@if cargo llvm-cov --version 2>/dev/null | grep -q ' $(CARGO_LLVM_COV_VERSION)$$'; then \
		echo "cargo-llvm-cov $(CARGO_LLVM_COV_VERSION) is installed"; \
	else \
		echo "Building cargo-llvm-cov $(CARGO_LLVM_COV_VERSION) (once, about a minute)"; \
		cargo install --quiet --locked --debug --root .tools --target-dir "$(TARGET_DIR)/tools" cargo-llvm-cov@$(CARGO_LLVM_COV_VERSION); \
		rm -rf "$(TARGET_DIR)/tools"; \
	fi
	@mkdir -p .tools
	@touch $@

format: ## Put the formatting right
	@cargo fmt

format-check: ## Check the formatting
	@cargo fmt --check

lint: ## Look for known mistakes; warnings count
	@cargo clippy --locked --all-targets -- --deny warnings

types: ## Check the types
	@cargo check --locked --all-targets

test: ## Run the tests
	@cargo test --locked

coverage: .tools/cargo-llvm-cov-$(CARGO_LLVM_COV_VERSION) ## Run the tests; at least 85 % of the lines must be covered
	@$(LLVM_COV_CARGO) --locked --fail-under-lines 85

run: ## Start the service for development, with the settings in .env if there is one
	@given=$$(export -p); if [ -f .env ]; then set -a; . ./.env; set +a; fi; eval "$$given"; exec cargo run --locked

build: ## Build target/release/service
	@cargo build --release --locked

clean-stack:
	cargo clean
