import CPlatform
import Glibc

/// The environment that the process was started with.
package enum Environment {
    /// The value of a variable; nil if it is not there. Bytes that are not UTF-8 become U+FFFD.
    package static func value(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }

    /// Removes everything but the variables named.
    package static func clear(keeping kept: [String]) {
        let values = kept.compactMap { name in value(name).map { (name, $0) } }
        _ = postmaster_clear_environment()
        for (name, value) in values { _ = unsafe setenv(name, value, 1) }
    }
}
