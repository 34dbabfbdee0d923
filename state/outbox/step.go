// Package outbox sends what agents submit: durably, in order, and never twice
// by itself.
package outbox
