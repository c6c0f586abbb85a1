// Unlinks a connection and deletes it through Codat's Go SDK:
//
//	go run . URL KEY COMPANY_ID CONNECTION_ID
//
// Codat's own examples with another server address and key, and mended where they do not compile: the import of net/http
// is missing there, and the SDK has no type UpdateConnection.
package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"log"
	"net/http"
	"os"

	codatplatform "github.com/codatio/client-sdk-go/platform"
	"github.com/codatio/client-sdk-go/platform/pkg/models/operations"
	"github.com/codatio/client-sdk-go/platform/pkg/models/shared"
)

func main() {
	if len(os.Args) != 5 {
		log.Fatal("usage: go run . URL KEY COMPANY_ID CONNECTION_ID")
	}
	url, key, companyID, connectionID := os.Args[1], os.Args[2], os.Args[3], os.Args[4]

	codatPlatform := codatplatform.New(
		codatplatform.WithServerURL(url+"/api"),
		codatplatform.WithSecurity(shared.Security{
			AuthHeader: "Basic " + base64.StdEncoding.EncodeToString([]byte(key)),
		}),
	)

	ctx := context.Background()
	res, err := codatPlatform.Connections.Unlink(ctx, operations.UnlinkConnectionRequest{
		UpdateConnectionStatus: &shared.UpdateConnectionStatus{
			Status: shared.DataConnectionStatusUnlinked.ToPointer(),
		},
		CompanyID:    companyID,
		ConnectionID: connectionID,
	})
	if err != nil {
		log.Fatal(err)
	}
	if res.Connection == nil {
		log.Fatalf("connections.unlink: status %d", res.StatusCode)
	}
	unlinked := res.Connection
	fmt.Println("connections.unlink:", unlinked.ID, unlinked.PlatformName, unlinked.Status)

	deleted, err := codatPlatform.Connections.Delete(ctx, operations.DeleteConnectionRequest{
		CompanyID:    companyID,
		ConnectionID: connectionID,
	})
	if err != nil {
		log.Fatal(err)
	}
	if deleted.StatusCode != http.StatusOK {
		log.Fatalf("connections.delete: status %d", deleted.StatusCode)
	}
	fmt.Println("connections.delete: done")
}
