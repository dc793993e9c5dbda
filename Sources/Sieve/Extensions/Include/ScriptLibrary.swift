/// Where `include` finds scripts when the script that names them is compiled (RFC 6609 §3.1).
package protocol ScriptLibrary: Sendable {
    /// The text of a script; nil if there is none of that name.
    ///
    /// - Parameter name: has been checked to be no path.
    func script(_ name: String, at location: ScriptLocation) -> [UInt8]?
}

/// Whose script is included.
package enum ScriptLocation: Sendable, Hashable {
    /// One of the user's own.
    case personal
    /// One that the site offers to all.
    case global
}
