package osfile

import (
	"errors"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"unsafe"

	"golang.org/x/sys/windows"
)

// Exposed reports whether others may read or change a file or folder at path, by its list
// of rights: anybody in it but this user, the system and the administrators, who may do
// everything anyway. What the list denies is not counted against what it allows. The error
// says that the list cannot be read.
func Exposed(path string, _ fs.FileInfo) (bool, error) {
	sd, err := windows.GetNamedSecurityInfo(path, windows.SE_FILE_OBJECT, windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		return false, err
	}
	list, _, err := sd.DACL()
	if errors.Is(err, windows.ERROR_OBJECT_NOT_FOUND) || err == nil && list == nil {
		return true, nil // without a list, as on a memory stick, everybody may do everything
	}
	if err != nil {
		return false, err
	}
	return exposes(list)
}

// exposes reports whether a list lets others read or change.
func exposes(list *windows.ACL) (bool, error) {
	ours, err := trusted()
	if err != nil {
		return false, err
	}
	for i := range uint32(list.AceCount) {
		var entry *windows.ACCESS_ALLOWED_ACE
		if err := windows.GetAce(list, i, &entry); err != nil {
			return false, err
		}
		if gives(entry) && !ours.has((*windows.SID)(unsafe.Pointer(&entry.SidStart))) {
			return true, nil
		}
	}
	return false, nil
}

// allowedCallback is ACCESS_ALLOWED_CALLBACK_ACE_TYPE: rights under a condition, with the
// fields of those without.
const allowedCallback = 9

// opens are the rights with which a file is read or changed, or the other rights are taken.
const opens = windows.FILE_READ_DATA | windows.FILE_WRITE_DATA | windows.FILE_APPEND_DATA |
	windows.GENERIC_READ | windows.GENERIC_WRITE | windows.GENERIC_ALL | windows.WRITE_DAC | windows.WRITE_OWNER

// gives reports whether an entry of a list lets somebody read or change. One that only
// counts for what is made in a folder does: what is a secret is made there.
func gives(entry *windows.ACCESS_ALLOWED_ACE) bool {
	kind := entry.Header.AceType
	return (kind == windows.ACCESS_ALLOWED_ACE_TYPE || kind == allowedCallback) && entry.Mask&opens != 0
}

type sids []*windows.SID

func (s sids) has(sid *windows.SID) bool {
	for _, one := range s {
		if sid.Equals(one) {
			return true
		}
	}
	return false
}

// trusted are this user and who may read everything on a machine. The owner of a file, as
// which lists know who made it, is this user.
func trusted() (sids, error) {
	us, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return nil, err
	}
	all := sids{us.User.Sid}
	for _, kind := range []windows.WELL_KNOWN_SID_TYPE{
		windows.WinLocalSystemSid, windows.WinBuiltinAdministratorsSid, windows.WinCreatorOwnerSid, windows.WinCreatorOwnerRightsSid,
	} {
		sid, err := windows.CreateWellKnownSid(kind)
		if err != nil {
			return nil, err
		}
		all = append(all, sid)
	}
	return all, nil
}

// Protect is the command that leaves a file or folder to this user alone.
func Protect(path string, info fs.FileInfo) string {
	name := "your-name"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	rights := "F"
	if info.IsDir() {
		rights = "(OI)(CI)F"
	}
	return `icacls "` + path + `" /inheritance:r /grant:r "` + name + ":" + rights + `"`
}

// MakeFolder makes a folder, with what is missing above it, for this user, the system and
// the administrators. One that is there keeps the rights it has.
func MakeFolder(path string) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	top := ""
	for above := path; missing(above); above = filepath.Dir(above) {
		top = above
	}
	if err := os.MkdirAll(path, 0o700); err != nil || top == "" {
		return err
	}
	return keepToOurselves(top)
}

func missing(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, fs.ErrNotExist) && filepath.Dir(path) != path
}

// MakeTempFolder is os.MkdirTemp for this user, the system and the administrators.
func MakeTempFolder(dir, pattern string) (string, error) {
	path, err := os.MkdirTemp(dir, pattern)
	if err != nil {
		return "", err
	}
	return path, keepToOurselves(path)
}

// keepToOurselves takes a new folder from everybody but this user, the system and the
// administrators, and so what will be made in it. Its own folder gives it no rights.
func keepToOurselves(folder string) error {
	us, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return err
	}
	sd, err := windows.SecurityDescriptorFromString("D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;" + us.User.Sid.String() + ")")
	if err != nil {
		return err
	}
	list, _, err := sd.DACL()
	if err != nil {
		return err
	}
	return windows.SetNamedSecurityInfo(folder, windows.SE_FILE_OBJECT,
		windows.DACL_SECURITY_INFORMATION|windows.PROTECTED_DACL_SECURITY_INFORMATION, nil, nil, list, nil)
}
