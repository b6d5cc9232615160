.PHONY: image token
token: ## Make an access token: make token SUBJECT=alice
	@sh scripts/new-token "$$SUBJECT"

image: ## Build the container, start it once and see that it is ready (needs Docker)
	@export ENV_FILE=.env.example PORT=18080; trial="docker compose --project-name {= name =}-trial"; code=0; \
		$$trial up --build --detach --wait --wait-timeout 120 || { code=$$?; $$trial logs; }; \
		$$trial down --volumes; exit $$code

