import CPlatform
import Glibc

/// Facts about this machine and this process.
package enum Host {
    /// The host's name; `localhost` where it has none.
    package static func name() -> String {
        var system = utsname()
        guard unsafe uname(&system) == 0 else { return "localhost" }
        let name = unsafe withUnsafeBytes(of: &system.nodename) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        return name.isEmpty ? "localhost" : name
    }

    package static func processIdentifier() -> Int { Int(getpid()) }

    /// Random bits from the kernel; never waits once the machine is up.
    package static func random() -> UInt64 {
        var value: UInt64 = 0
        let count = unsafe withUnsafeMutableBytes(of: &value) {
            unsafe postmaster_random($0.baseAddress, $0.count)
        }
        if count == 8 { return value }
        let now = WallTime.now()
        return UInt64(truncatingIfNeeded: now.seconds &* 1_000_003 ^ now.nanoseconds &* 7919 ^ Int(getpid()))
    }

    /// The absolute path of the working directory; nil if it has none any more.
    package static func workingDirectory() -> String? {
        guard let path = unsafe getcwd(nil, 0) else { return nil }
        defer { unsafe free(path) }
        return unsafe String(cString: path)
    }

    /// Whether a descriptor is a terminal.
    package static func isTerminal(_ descriptor: CInt) -> Bool { isatty(descriptor) == 1 }
}
