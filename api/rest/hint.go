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
	"net/url"
	"slices"
	"syscall"
	"time"

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
	case kind == api.ErrInvalid:
		return c.unsent(err)
	case kind == api.ErrRateLimited && resp.asked > maxRetryAfter:
		return fmt.Sprintf("%s asks for a pause of %.0f h; it is asked again within the hour", host, resp.asked.Hours())
	case kind == api.ErrForbidden && resp.page():
		return fmt.Sprintf("a web page (status 403) answered in place of %s: a proxy does not allow it, or the network wants a sign-in in a browser", host)
	case kind == api.ErrOther && errors.Is(err, errTooLarge):
		return fmt.Sprintf("%s answers with more than %d MiB, which unibox does not read; tell whoever runs it", host, maxAnswer>>20)
	case kind != api.ErrUnavailable:
		return ""
	case resp.Status == http.StatusProxyAuthRequired:
		return proxySignIn
	case resp.Status == http.StatusNetworkAuthenticationRequired, resp.Status > 0 && resp.Status < 500 && resp.page():
		return "a web page answered in place of " + host + ": open a browser and sign in to the network, or check the proxy"
	case resp.Status >= 500:
		return fmt.Sprintf("%s is out of order (status %d)", host, resp.Status)
	case err == nil:
		return ""
	}
	return Unreached(host, err)
}

// unsent says why a request was not even made; "" if the platform refused it.
func (c *Client) unsent(err error) string {
	switch {
	case errors.Is(err, errElsewhere):
		return c.base.Hostname() + " names an address on another server, where the token must not go: check base_url in the config, or tell whoever runs it"
	case errors.Is(err, errNoID):
		return "the platform has no id for this yet: refresh with ctrl+r"
	case errors.Is(err, errSource):
		return "the file could not be read to its end, or changed meanwhile: attach it again"
	}
	return ""
}

// Unreached says in a sentence why a host was not reached, from the error of a request
// through [NewTransport]; "" if that says nothing.
func Unreached(host string, err error) string {
	if problem := proxyProblem(host, err); problem != "" {
		return problem
	}
	return connectionProblem(host, err)
}

const proxySignIn = "the proxy wants a sign-in: put its user and password into HTTPS_PROXY"

// proxyRefusal is the answer of a proxy that did not open the way to a server.
type proxyRefusal struct{ status int }

func (e *proxyRefusal) Error() string {
	return fmt.Sprintf("the proxy answered with status %d", e.status)
}

// refusedByProxy notes the status with which a proxy refuses, which net/http gives as
// text alone.
func refusedByProxy(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode != http.StatusOK {
		return &proxyRefusal{answer.StatusCode}
	}
	return nil
}

// proxyProblem says why a proxy did not lead to a server; "" if the problem is not
// the proxy's.
func proxyProblem(host string, err error) string {
	var refusal *proxyRefusal
	if errors.As(err, &refusal) {
		switch {
		case refusal.status == http.StatusProxyAuthRequired:
			return proxySignIn
		case refusal.status >= 500:
			return fmt.Sprintf("the proxy cannot reach %s (status %d): ask whoever runs it, or check HTTPS_PROXY", host, refusal.status)
		}
		return fmt.Sprintf("the proxy does not allow connections to %s (status %d): ask whoever runs it, or check HTTPS_PROXY", host, refusal.status)
	}
	var op *net.OpError
	if !errors.As(err, &op) || op.Op != "proxyconnect" && op.Op != "socks connect" {
		return ""
	}
	var name *net.DNSError
	var strange *tls.CertificateVerificationError
	switch {
	case op.Op == "socks connect":
		return "the proxy does not lead to " + host + ": ask whoever runs it, or check HTTPS_PROXY"
	case errors.As(op.Err, &name):
		return "no address for the proxy: check HTTPS_PROXY"
	case errors.As(op.Err, &strange):
		return "the proxy cannot prove who it is: check HTTPS_PROXY"
	}
	return "the proxy does not answer: is it running, and is HTTPS_PROXY right?"
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
	case isOne(err, refusedNumbers):
		return host + " refuses connections: it is down, or base_url is wrong"
	case isOne(err, unreachableNumbers):
		return "there is no way to " + host + ": is the network up?"
	case errors.Is(err, errStalled), errors.Is(err, errTooLong), errors.As(err, &timed) && timed.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return host + " does not answer in time: is the line slow or down?"
	case isOne(err, brokenNumbers), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection to " + host + " broke off"
	}
	return ""
}

// isOne reports whether an error is one of the system's numbers.
func isOne(err error, numbers []syscall.Errno) bool {
	return slices.ContainsFunc(numbers, func(n syscall.Errno) bool { return errors.Is(err, n) })
}

// untrusted says why a certificate was refused. The sign-in page of a network has
// one of its own, and so has a proxy that reads the traffic.
func untrusted(host string, err *tls.CertificateVerificationError) string {
	var authority x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &authority):
		return "the certificate of " + host + " is from an authority that this machine does not trust: sign in to the network in a browser, or name the file of your company's authority in SSL_CERT_FILE"
	case errors.As(err, &name):
		return "the certificate that answers for " + host + " is for another name: check base_url, or sign in to the network in a browser"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired && invalid.Cert != nil && time.Now().Before(invalid.Cert.NotBefore):
		return "the certificate of " + host + " is not valid yet: is this machine's clock right?"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "the certificate of " + host + " has expired: is this machine's clock right? If so, tell whoever runs it"
	}
	return host + " cannot prove who it is: open a browser and sign in to the network, or check the proxy"
}
