need "openssl (makes access tokens)" "" "openssl version" "your system's package manager, package openssl"
