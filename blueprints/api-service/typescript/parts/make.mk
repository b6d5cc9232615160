deps: node_modules/.package-lock.json ## Install the dependencies, exactly those in package-lock.json

node_modules/.package-lock.json: package.json package-lock.json .npmrc
	npm ci --ignore-scripts --loglevel=error
	@touch $@

format: deps ## Lay the code out
	@npm run --silent format

format-check: deps ## Gate: the code is laid out
	@npm run --silent format:check

lint: deps ## Gate: no known mistakes (ESLint)
	@npm run --silent lint

types: deps ## Gate: the parts fit together (TypeScript)
	@npm run --silent types

test: deps ## Run the tests
	@npm run --silent test

coverage: deps ## Gate: the tests pass and cover at least 85 %
	@npm run --silent coverage

run: deps ## Start the service for development, with the settings in .env
	@node --env-file-if-exists=.env src/main.ts

build: deps ## Compile into dist/
	rm -rf dist
	@npm run --silent build

clean-stack:
	rm -rf node_modules dist coverage
