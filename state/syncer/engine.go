// Package syncer runs one loop per account that keeps the store up to date
// within the platform's request budgets.
package syncer
