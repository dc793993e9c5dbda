import CPlatform
import Glibc

/// What becomes of the process when a signal, a trap or its own deadline ends it.
///
/// A message transfer agent may bounce the message of a delivery agent that dies of a signal; so the
/// handlers leave with a status that means "try again", from within the crashing process itself.
package enum SignalPolicy {
    /// Installs the handlers; later calls only change what they do. The texts go to standard error, one line each.
    package static func exit(
        status: CInt, onCrash crash: StaticString, onDeadline deadline: StaticString,
        onStop stop: StaticString
    ) {
        unsafe postmaster_exit_on_signals(status, text(crash), text(deadline), text(stop))
    }

    /// When the process has this much longer and no more; 0 seconds calls it off.
    package static func setDeadline(seconds: Int) {
        postmaster_set_deadline(UInt32(clamping: seconds))
    }

    /// A file that nobody needs if the process is ended before ``clearLitter()``. For a process of one thread: in one
    /// without the handlers this does nothing.
    package static func setLitter(_ name: String, in directory: borrowing Directory) {
        unsafe postmaster_set_litter(directory.descriptor.raw, name)
    }

    package static func clearLitter() {
        postmaster_set_litter(-1, nil)
    }

    private static func text(_ string: StaticString) -> UnsafePointer<CChar> {
        unsafe UnsafeRawPointer(string.utf8Start).assumingMemoryBound(to: CChar.self)
    }
}

/// Takes memory from the system in large pieces, and gives none back before the end: for work that takes apart almost
/// nothing of what it has made.
package func keepMemory() {
    postmaster_keep_memory()
}

/// Ends the process at once: no exit handlers, no buffers, nothing that could go wrong.
package func leave(_ status: CInt) -> Never {
    _exit(status)
}
