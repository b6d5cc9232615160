.PHONY: token
token: ## Make an access token: make token SUBJECT=alice
	@sh scripts/new-token "$$SUBJECT"

