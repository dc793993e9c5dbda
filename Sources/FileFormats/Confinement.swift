import CSeccomp
package import Platform

/// What a process may do that reads what strangers wrote: compute, within limits, and write down what it found.
package enum Confinement {
    package struct Limits: Equatable, Sendable {
        /// Bytes of memory that is written to; a file that is mapped to be read does not count.
        package var memory: Int
        /// Milliseconds of the processor's time, at whose end the process dies of `SIGPROF`.
        package var milliseconds: Int

        package init(memory: Int, milliseconds: Int) {
            self.memory = memory
            self.milliseconds = milliseconds
        }
    }

    /// Enters it, for good: no files, no network, no other processes. To open a file fails with `EACCES`, since the C
    /// library looks for files of its own in places that cannot be foreseen; whatever else is asked of the kernel kills
    /// this process with `SIGSYS`. For a process of one thread, which has opened and loaded all that it needs.
    ///
    /// - Throws: what could not be had; then nothing of a stranger's is to be looked at.
    package static func enter(_ limits: Limits) throws(SystemError) {
        if Identity.current().isSuperuser {
            // Where root is not root outside, in a container without such users, this is refused; what follows holds.
            try? Identity.become(nobody, supplementaryGroups: [])
        }
        let limiting = cseccomp_limit(UInt64(max(limits.memory, 0)), UInt64(max(limits.milliseconds, 1)))
        guard limiting == 0 else { throw SystemError(call: "setrlimit", path: "", code: limiting) }
        let filtering = cseccomp_enter()
        guard filtering == 0 else { throw SystemError(call: "seccomp", path: "", code: filtering) }
    }

    /// The user who owns nothing (`overflowuid`).
    private static var nobody: Identity { Identity(user: 65534, group: 65534) }
}
