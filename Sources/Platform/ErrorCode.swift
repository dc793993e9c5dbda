import Glibc

/// The values of `errno` that modules above tell apart, so that only this module needs the C library.
package enum ErrorCode {
    package static var accessDenied: CInt { EACCES }
    package static var addressInUse: CInt { EADDRINUSE }
    package static var again: CInt { EAGAIN }
    package static var argumentListTooLong: CInt { E2BIG }
    package static var badFileDescriptor: CInt { EBADF }
    package static var busy: CInt { EBUSY }
    package static var connectionAborted: CInt { ECONNABORTED }
    package static var connectionRefused: CInt { ECONNREFUSED }
    package static var connectionReset: CInt { ECONNRESET }
    package static var crossDevice: CInt { EXDEV }
    package static var deadlock: CInt { EDEADLK }
    package static var directoryNotEmpty: CInt { ENOTEMPTY }
    package static var exists: CInt { EEXIST }
    package static var fileTooLarge: CInt { EFBIG }
    package static var hostDown: CInt { EHOSTDOWN }
    package static var hostUnreachable: CInt { EHOSTUNREACH }
    package static var illegalByteSequence: CInt { EILSEQ }
    package static var inputOutput: CInt { EIO }
    package static var interrupted: CInt { EINTR }
    package static var invalidArgument: CInt { EINVAL }
    package static var isDirectory: CInt { EISDIR }
    package static var messageTooLong: CInt { EMSGSIZE }
    package static var nameTooLong: CInt { ENAMETOOLONG }
    package static var networkDown: CInt { ENETDOWN }
    package static var networkReset: CInt { ENETRESET }
    package static var networkUnreachable: CInt { ENETUNREACH }
    package static var noBuffers: CInt { ENOBUFS }
    package static var noDevice: CInt { ENODEV }
    package static var noLocks: CInt { ENOLCK }
    package static var noSpace: CInt { ENOSPC }
    package static var noSuchFile: CInt { ENOENT }
    package static var notConnected: CInt { ENOTCONN }
    package static var notDirectory: CInt { ENOTDIR }
    package static var notImplemented: CInt { ENOSYS }
    package static var notPermitted: CInt { EPERM }
    package static var notSocket: CInt { ENOTSOCK }
    package static var notSupported: CInt { EOPNOTSUPP }
    package static var outOfMemory: CInt { ENOMEM }
    package static var pipeBroken: CInt { EPIPE }
    package static var quotaExceeded: CInt { EDQUOT }
    package static var readOnlyFileSystem: CInt { EROFS }
    package static var staleHandle: CInt { ESTALE }
    package static var textFileBusy: CInt { ETXTBSY }
    package static var timedOut: CInt { ETIMEDOUT }
    package static var tooManyLinks: CInt { EMLINK }
    package static var tooManyOpenFiles: CInt { EMFILE }
    package static var tooManyOpenFilesInSystem: CInt { ENFILE }
    package static var tooManySymbolicLinks: CInt { ELOOP }
    package static var tooManyUsers: CInt { EUSERS }
}
