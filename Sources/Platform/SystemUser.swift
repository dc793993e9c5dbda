import CPlatform
import Glibc

/// A user as the name services of this host know him (passwd, sssd, ldap…).
package struct SystemUser: Equatable, Sendable {
    package let name: String
    package let identity: Identity
    package let home: String

    /// Looks `name` up; nil if there is surely no such user.
    ///
    /// - Throws: what kept the name service from answering: that is no "no".
    package static func named(_ name: String) throws(SystemError) -> SystemUser? {
        // getpwnam_r would stop at a NUL and answer for another user.
        guard !name.isEmpty, !name.utf8.contains(0) else { return nil }
        return unsafe try lookUp(name) { unsafe getpwnam_r(name, $0, $1, $2, $3) }
    }

    package static func withIdentifier(_ user: UInt32) throws(SystemError) -> SystemUser? {
        unsafe try lookUp("uid \(user)") { unsafe getpwuid_r(user, $0, $1, $2, $3) }
    }

    private static func lookUp(
        _ what: String,
        _ call: (
            UnsafeMutablePointer<passwd>, UnsafeMutablePointer<CChar>, Int,
            UnsafeMutablePointer<UnsafeMutablePointer<passwd>?>
        ) -> CInt
    ) throws(SystemError) -> SystemUser? {
        var size = 4096
        while true {
            var entry = unsafe passwd()
            var found: UnsafeMutablePointer<passwd>?
            var buffer = [CChar](repeating: 0, count: size)
            let bufferCount = buffer.count
            let code = unsafe buffer.withUnsafeMutableBufferPointer { buffer -> CInt in
                guard let base = buffer.baseAddress else { return ENOMEM }
                return unsafe call(&entry, base, bufferCount, &found)
            }
            if code == ERANGE, size < 1 << 20 {
                size *= 4
                continue
            }
            // glibc says 0 for "no such user" of every service that answered; any errno, ENOENT and ESRCH
            // too, is that of a service that could not be asked.
            guard code == 0 else { throw SystemError(call: "getpwnam", path: what, code: code) }
            guard unsafe found != nil else { return nil }
            return unsafe buffer.withUnsafeBufferPointer { _ in
                unsafe SystemUser(
                    name: String(cString: entry.pw_name),
                    identity: Identity(user: entry.pw_uid, group: entry.pw_gid),
                    home: entry.pw_dir.map { unsafe String(cString: $0) } ?? "")
            }
        }
    }

    /// All groups of the user, his own included; at most 65,536.
    package func groups() throws(SystemError) -> [UInt32] {
        var capacity: CInt = 64
        while capacity <= 65_536 {
            var groups = [gid_t](repeating: 0, count: Int(capacity))
            var count = capacity
            if unsafe getgrouplist(name, identity.group, &groups, &count) >= 0 {
                return Array(groups.prefix(Int(max(count, 0))))
            }
            capacity = max(count, capacity * 2)
        }
        throw SystemError(call: "getgrouplist", path: name, code: ERANGE)
    }
}
