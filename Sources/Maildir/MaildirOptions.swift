/// What a mail root is used with.
package struct MaildirOptions: Sendable {
    /// Stands in the names of messages; empty for this machine's name.
    package var hostName: String
    /// How many directories at the end of the root's path may be made where the root is to be created. With
    /// one, a home that is not mounted is not made up.
    package var creatableLevels: Int
    /// Milliseconds to wait for somebody else's lock of a keyword or subscription file.
    package var lockWait: Int

    package init(hostName: String = "", creatableLevels: Int = 1, lockWait: Int = 2000) {
        self.hostName = hostName
        self.creatableLevels = creatableLevels
        self.lockWait = lockWait
    }
}
