import Platform
import Settings
import TestSupport

/// Scanners of a site's own, which speak as much of the protocols as a test needs.
enum Scanner {
    /// What clamd answers to `INSTREAM`.
    enum Clamd: Sendable {
        /// `FOUND` for a message with that text in it, `OK` for every other.
        case signature(String)
        /// The same words always.
        case answer(String)
        /// Nothing, for so long.
        case silence(milliseconds: Int)
    }

    static let virus = "Eicar-Test-Signature"

    static func clamd(at path: String, _ behaviour: Clamd = .signature("EVIL")) throws -> FakeServer {
        try FakeServer(at: path) { end, _ in
            let command = end.read(through: 0)
            guard command == Array("zINSTREAM\u{0}".utf8) else { return }
            var message: [UInt8] = []
            while true {
                let length = end.read(4).reduce(0) { $0 << 8 | Int($1) }
                guard length > 0 else { break }
                message += end.read(length)
            }
            switch behaviour {
            case .signature(let text):
                let isFound = String(decoding: message, as: UTF8.self).contains(text)
                end.write(isFound ? "stream: \(virus) FOUND\u{0}" : "stream: OK\u{0}")
            case .answer(let text): end.write(text)
            case .silence(let milliseconds): pause(milliseconds: milliseconds)
            }
        }
    }

    /// spamd, with this score of 5 for every message.
    static func spamd(
        at path: String, score: String, symbols: String = "GTUBE,HTML_MESSAGE"
    ) throws
        -> FakeServer
    {
        try FakeServer(at: path) { end, _ in
            end.readAll()
            let isSpam = (Double(score) ?? 0) >= 5
            let body = symbols + "\r\n"
            end.write(
                "SPAMD/1.1 0 EX_OK\r\nContent-length: \(body.utf8.count)\r\n"
                    + "Spam: \(isSpam ? "True" : "False") ; \(score) / 5.0\r\n\r\n\(body)")
        }
    }
}

extension Site {
    /// The socket of a scanner.
    func socket(_ name: String) -> String { temporary.path(name) }

    /// Has clamd asked, on the socket `clamd`.
    mutating func askClamd(_ overrides: String...) {
        set("checks.clamd.server=unix:\(socket("clamd"))", "checks.clamd.method=stream")
        for override in overrides { set(override) }
    }

    mutating func askSpamd(_ overrides: String...) {
        set("checks.spamd.server=unix:\(socket("spamd"))")
        for override in overrides { set(override) }
    }
}
