package rest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"syscall"

	"unibox/api"
)

// hint is a sentence for a person: why a request had no effect, and what to do
// about it. It is empty if the kind of the error says it all. Nothing in it comes
// from outside.
func (c *Client) hint(kind api.ErrKind, resp Response, err error) string {
	host := c.base.Hostname()
	switch {
	case kind == api.ErrAuth:
		return c.refused
	case kind != api.ErrUnavailable:
		return ""
	case resp.Status == http.StatusProxyAuthRequired:
		return "the proxy wants a sign-in: check HTTPS_PROXY"
	case resp.Status == http.StatusNetworkAuthenticationRequired, resp.Status > 0 && resp.Status < 500 && resp.page():
		return "a web page answered in place of " + host + ": open a browser and sign in to the network, or check the proxy"
	case resp.Status >= 500:
		return fmt.Sprintf("%s is out of order (status %d)", host, resp.Status)
	case err == nil:
		return ""
	}
	return connectionProblem(host, err)
}

// connectionProblem says why a server was not reached, or its answer was lost.
func connectionProblem(host string, err error) string {
	var name *net.DNSError
	var plain tls.RecordHeaderError
	var strange *tls.CertificateVerificationError
	var timed net.Error
	switch {
	case errors.Is(err, errNoBudget):
		return host + " allows no more requests for now: it is asked again when it does"
	case errors.As(err, &name):
		return "no address for " + host + ": is the network up?"
	case errors.As(err, &strange):
		return untrusted(host, strange)
	case errors.As(err, &plain), errors.Is(err, http.ErrSchemeMismatch):
		return "something else answers in place of " + host + ": open a browser and sign in to the network, or check the proxy"
	case errors.Is(err, syscall.ECONNREFUSED):
		return host + " refuses connections: it is down, or base_url is wrong"
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		return "there is no way to " + host + ": is the network up?"
	case errors.Is(err, errStalled), errors.Is(err, errTooLong), errors.As(err, &timed) && timed.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return host + " does not answer in time: is the line slow or down?"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection to " + host + " broke off"
	}
	return ""
}

// untrusted says why a certificate was refused. The sign-in page of a network has
// one of its own, and so has a proxy that reads the traffic.
func untrusted(host string, err *tls.CertificateVerificationError) string {
	var invalid x509.CertificateInvalidError
	if errors.As(err, &invalid) && invalid.Reason == x509.Expired {
		return "the certificate of " + host + " is not valid today: is this machine's clock right?"
	}
	return host + " cannot prove who it is: open a browser and sign in to the network, or check the proxy"
}
