import Glibc
import Platform
import Testing

@testable import DeliveryStatus

@Suite struct SystemErrorStatusTests {
    @Test(
        "what a failed call means",
        arguments: [
            (EAGAIN, "4.2.0", true), (ESTALE, "4.2.0", true), (EBUSY, "4.2.0", true), (ENOLCK, "4.2.0", true),
            (EDEADLK, "4.2.0", true), (ETXTBSY, "4.2.0", true), (EINTR, "4.2.0", true),
            (ENOSPC, "4.3.1", true),
            (ENOMEM, "4.3.1", true), (EMFILE, "4.3.1", true), (ENFILE, "4.3.1", true),
            (EDQUOT, "4.2.2", true),
            (EFBIG, "4.2.2", true), (EIO, "4.3.0", true), (EACCES, "4.7.0", false), (EPERM, "4.7.0", false),
            (ENOENT, "4.3.5", false), (ENOTDIR, "4.3.5", false), (EISDIR, "4.3.5", false),
            (ELOOP, "4.3.5", false),
            (ENAMETOOLONG, "4.3.5", false), (EROFS, "4.3.5", false), (EXDEV, "4.3.5", false),
            (EINVAL, "4.3.0", false),
            (EBADF, "4.3.0", false), (ENOSYS, "4.3.0", false), (EMLINK, "4.3.0", false),
            (EEXIST, "4.3.0", false),
            (ECONNREFUSED, "4.4.1", true), (EHOSTUNREACH, "4.4.1", true), (ENETUNREACH, "4.4.1", true),
            (ECONNRESET, "4.4.2", true), (ETIMEDOUT, "4.4.2", true), (EPIPE, "4.4.2", true),
            (EUSERS, "4.3.0", true),
        ])
    func table(_ code: CInt, _ status: String, _ passesByItself: Bool) {
        let result = SystemErrorStatus(SystemError(call: "x", path: "", code: code))
        #expect(result.status.description == status)
        #expect(result.passesByItself == passesByItself)
    }

    @Test("no error of the system is a verdict on the message")
    func neverPermanent() {
        for code in CInt(-10)...4200 {
            #expect(SystemErrorStatus(code: code).status.class == .persistentTransientFailure)
        }
        #expect(SystemErrorStatus(code: .min).status == .systemTrouble)
        #expect(SystemErrorStatus(code: .max).status == .systemTrouble)
    }

    @Test("the named codes are the system's")
    func names() {
        let codes: [(CInt, CInt)] = [
            (ErrorCode.noSpace, ENOSPC), (ErrorCode.quotaExceeded, EDQUOT), (ErrorCode.staleHandle, ESTALE),
            (ErrorCode.notSupported, EOPNOTSUPP), (ErrorCode.directoryNotEmpty, ENOTEMPTY),
            (ErrorCode.again, EAGAIN),
            (ErrorCode.exists, EEXIST), (ErrorCode.noSuchFile, ENOENT), (ErrorCode.crossDevice, EXDEV),
            (ErrorCode.messageTooLong, EMSGSIZE), (ErrorCode.illegalByteSequence, EILSEQ),
            (ErrorCode.noDevice, ENODEV),
        ]
        for (named, code) in codes { #expect(named == code) }
    }
}
