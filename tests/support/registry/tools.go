//go:build tools

// Pins the servers that the tests run against; `go build` of their import paths takes the versions in go.mod.
package registry

import (
	_ "github.com/Shopify/toxiproxy/v2/cmd/server"
	_ "github.com/axonops/axonops-schema-registry/cmd/schema-registry"
)
