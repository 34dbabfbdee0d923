package download

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"syscall"

	"unibox/state/osfile"
)

// status is an answer that holds no file.
type status int

func (s status) Error() string { return fmt.Sprintf("status %d", int(s)) }

// broken is a transfer that ended before its time.
type broken struct {
	cause      error
	got, total int64
}

func (b broken) Error() string { return b.cause.Error() }
func (b broken) Unwrap() error { return b.cause }

// why says for a person why a file was not saved, and what to do.
func (d *Downloads) why(err error) string {
	var refusal Refusal
	var certificate *tls.CertificateVerificationError
	var invalid x509.CertificateInvalidError
	var name *net.DNSError
	var answered status
	var cut broken
	switch {
	case errors.As(err, &refusal):
		return refusal.Error()
	case errors.Is(err, context.Canceled):
		return "it was cancelled"
	case errors.As(err, &answered):
		return answered.words()
	case osfile.Full(err):
		return "there is no room left in " + d.dir
	case errors.As(err, new(*fs.PathError)), errors.As(err, new(*os.LinkError)):
		return fmt.Sprintf("%s cannot be written (%v); folder in [files] of the config names another", d.dir, errno(err))
	case errors.Is(err, errIdle):
		return fmt.Sprintf("nothing came for %s; try again", d.idleTimeout)
	case errors.Is(err, errDrip):
		return fmt.Sprintf("almost nothing came for %s; try again", d.idleTimeout)
	case errors.As(err, new(x509.UnknownAuthorityError)):
		return "the certificate of its server is from an authority that this machine does not trust; SSL_CERT_FILE can name your company's"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "the certificate of its server has expired, or this machine's clock is wrong"
	case errors.As(err, &certificate):
		return "the server's certificate does not hold for its address"
	case errors.As(err, &name):
		return "the name of its server, " + name.Name + ", is not known"
	case errors.As(err, &cut):
		return cut.words()
	}
	return "its server could not be reached; try again" + d.proxied
}

func (s status) words() string {
	words := fmt.Sprintf("its server answered %d %s", int(s), http.StatusText(int(s)))
	switch s {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusGone:
		return words + "; it may be gone, or have a new address when the conversation is read again"
	}
	return words + "; try again later"
}

func (b broken) words() string {
	if b.total > 0 {
		return fmt.Sprintf("the connection broke after %s of %s; try again", size(b.got), size(b.total))
	}
	return fmt.Sprintf("the connection broke after %s; try again", size(b.got))
}

// errno is the system's own word for what is wrong with a file.
func errno(err error) error {
	var number syscall.Errno
	if errors.As(err, &number) {
		return number
	}
	return err
}

// size is a number of bytes in words.
func size(n int64) string {
	for _, unit := range []struct {
		bytes int64
		name  string
	}{{1e9, "GB"}, {1e6, "MB"}, {1e3, "KB"}} {
		if n >= unit.bytes {
			return fmt.Sprintf("%.3g %s", float64(n)/float64(unit.bytes), unit.name)
		}
	}
	return fmt.Sprintf("%d B", n)
}
