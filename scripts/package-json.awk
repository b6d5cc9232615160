# The package.json of the test tools, from tools.txt. The Node.js builds are optional, as each fits one kind of machine.
$1 != "npm" { next }
$2 ~ /^node-/ { optional = optional (optional ? "," : "") "\"" $2 "\":\"" $3 "\""; next }
{ needed = needed (needed ? "," : "") "\"" $2 "\":\"" $3 "\"" }
END { printf "{\"name\":\"test-tools\",\"private\":true,\"dependencies\":{%s},\"optionalDependencies\":{%s}}\n", needed, optional }
