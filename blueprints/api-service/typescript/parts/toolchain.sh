need "Node.js" "{= manifest.toolchain[0].minimum =}" "node --version" "https://nodejs.org or nvm install 24"
need "npm" "{= manifest.toolchain[1].minimum =}" "npm --version" "comes with Node.js"
