module example

go 1.20

require github.com/codatio/client-sdk-go/platform v1.1.0

require (
	github.com/cenkalti/backoff/v4 v4.2.0 // indirect
	github.com/ericlagergren/decimal v0.0.0-20221120152707-495c53812d05 // indirect
)
