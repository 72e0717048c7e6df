package postgres

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	pgvector "github.com/pgvector/pgvector-go/pgx"
)

const (
	// defaultConns is the pool's size when the address does not say pool_max_conns.
	defaultConns = 16
	// connectTimeout bounds one attempt to connect, unless the address says connect_timeout.
	connectTimeout = 5 * time.Second
)

// sessionDefaults hold for every connection of the pool, unless the address sets them.
func sessionDefaults() map[string]string {
	return map[string]string{
		"statement_timeout":                   "15s", // no query runs for ever
		"lock_timeout":                        "10s",
		"idle_in_transaction_session_timeout": "60s", // a process that died holds no locks
		"timezone":                            "UTC",
		"jit":                                 "off", // compiling costs more than our queries
		"application_name":                    "defekt",
	}
}

// OpenPool connects to a database that [Migrate] has prepared: pgvector's types are learnt
// with each connection, so it fails when the extension is missing. The address is a URL or a
// keyword string as libpq knows them; settings given there (statement_timeout,
// pool_max_conns, ...) win over the defaults here. The caller, or [Store.Close], closes it.
func OpenPool(ctx context.Context, address string) (*pgxpool.Pool, error) {
	cfg, err := pgxpool.ParseConfig(address)
	if err != nil {
		return nil, fmt.Errorf("postgres: address: %w", err)
	}
	if !says(address, "pool_max_conns") {
		cfg.MaxConns = defaultConns
	}
	if cfg.ConnConfig.ConnectTimeout == 0 {
		cfg.ConnConfig.ConnectTimeout = connectTimeout
	}
	for name, value := range sessionDefaults() {
		if _, given := cfg.ConnConfig.RuntimeParams[name]; !given {
			cfg.ConnConfig.RuntimeParams[name] = value
		}
	}
	cfg.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		if err := pgvector.RegisterTypes(ctx, conn); err != nil {
			return fmt.Errorf("pgvector is missing in this database (was it migrated?): %w", err)
		}
		return nil
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("postgres: connect: %w", err)
	}
	return pool, nil
}

// says reports whether the address, of either form, sets the name.
func says(address, name string) bool {
	if u, err := url.Parse(address); err == nil && u.Scheme != "" {
		return u.Query().Has(name)
	}
	return strings.Contains(address, name)
}
