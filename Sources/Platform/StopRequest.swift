import CPlatform

/// Whether somebody has asked the process to end, for work that may be left between two steps but not within one.
package enum StopRequest {
    /// From now on the first SIGTERM, SIGINT or SIGHUP is only noted; the second one ends the process as ever. And
    /// `EPIPE` and `EFBIG` are answers, not reasons to die.
    package static func listen() {
        postmaster_note_stops()
    }

    package static var isMade: Bool { postmaster_stop_is_noted() != 0 }
}
