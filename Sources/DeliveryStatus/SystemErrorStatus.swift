package import Platform

/// What a failed system call means for the message at hand.
///
/// It is never a verdict on the message: the status is always one that may pass. Whether it passes by itself, or
/// needs somebody who looks after it, is told apart for the log and for the retry schedule.
package struct SystemErrorStatus: Sendable, Equatable {
    package let status: EnhancedStatus
    /// Waiting alone can help: a full disk, a lock, an absent host.
    package let passesByItself: Bool

    package init(_ error: SystemError) {
        self.init(code: error.code)
    }

    /// - Parameter code: a value of `errno`, known or not.
    package init(code: CInt) {
        passesByItself = Self.passesByItself(code)
        status =
            switch code {
            case ErrorCode.noSpace, ErrorCode.noBuffers, ErrorCode.outOfMemory,
                ErrorCode.tooManyOpenFilesInSystem,
                ErrorCode.tooManyOpenFiles:
                .systemFull
            case ErrorCode.quotaExceeded, ErrorCode.fileTooLarge: .mailboxFull
            case ErrorCode.again, ErrorCode.staleHandle, ErrorCode.busy, ErrorCode.noLocks,
                ErrorCode.deadlock,
                ErrorCode.textFileBusy, ErrorCode.interrupted:
                .mailboxTrouble
            case ErrorCode.accessDenied, ErrorCode.notPermitted: .accessTrouble
            case ErrorCode.noSuchFile, ErrorCode.notDirectory, ErrorCode.isDirectory, ErrorCode.nameTooLong,
                ErrorCode.tooManySymbolicLinks, ErrorCode.readOnlyFileSystem, ErrorCode.crossDevice,
                ErrorCode.illegalByteSequence, ErrorCode.argumentListTooLong:
                .misconfigured
            case ErrorCode.connectionRefused, ErrorCode.hostDown, ErrorCode.hostUnreachable,
                ErrorCode.networkDown,
                ErrorCode.networkUnreachable:
                .noAnswer
            case ErrorCode.connectionReset, ErrorCode.connectionAborted, ErrorCode.networkReset,
                ErrorCode.notConnected, ErrorCode.pipeBroken, ErrorCode.timedOut:
                .badConnection
            default: .systemTrouble
            }
    }

    private static func passesByItself(_ code: CInt) -> Bool {
        switch code {
        case ErrorCode.interrupted, ErrorCode.outOfMemory, ErrorCode.textFileBusy, ErrorCode.inputOutput,
            ErrorCode.timedOut, ErrorCode.again, ErrorCode.deadlock, ErrorCode.busy,
            ErrorCode.tooManyOpenFilesInSystem, ErrorCode.tooManyOpenFiles, ErrorCode.fileTooLarge,
            ErrorCode.noSpace, ErrorCode.quotaExceeded, ErrorCode.staleHandle, ErrorCode.noLocks,
            ErrorCode.noBuffers, ErrorCode.networkDown, ErrorCode.networkUnreachable, ErrorCode.networkReset,
            ErrorCode.connectionAborted, ErrorCode.connectionReset, ErrorCode.connectionRefused,
            ErrorCode.notConnected, ErrorCode.pipeBroken, ErrorCode.hostDown, ErrorCode.hostUnreachable,
            ErrorCode.tooManyUsers:
            true
        default: false
        }
    }
}
