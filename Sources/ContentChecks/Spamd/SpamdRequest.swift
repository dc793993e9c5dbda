/// What spamd is told before the message (SPAMC protocol 1.5, in SpamAssassin's spamd/PROTOCOL).
enum SpamdRequest {
    private static let longestUser = 256

    /// Asks for the score of a message, and for the names of the rules that hit.
    ///
    /// - Parameters:
    ///   - length: bytes of the message, which follow. spamd refuses it where there are more, or fewer.
    ///   - user: whose preferences count. A name that would not stay in its line counts for nobody's.
    static func symbols(length: Int, user: String?) -> [UInt8] {
        var head = "SYMBOLS SPAMC/1.5\r\nContent-length: \(length)\r\n"
        if let user, 1...longestUser ~= user.utf8.count,
            user.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        {
            head += "User: \(user)\r\n"
        }
        return Array((head + "\r\n").utf8)
    }

    static var ping: [UInt8] { Array("PING SPAMC/1.5\r\n\r\n".utf8) }
}
