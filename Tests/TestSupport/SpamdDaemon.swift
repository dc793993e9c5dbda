import Glibc
import Platform

/// A spamd(8p) of a test's own, with rules that stand here; it ends with the object.
///
/// It asks nobody in the network and keeps nothing outside its folder.
package final class SpamdDaemon {
    package static var isInstalled: Bool { unsafe access(program, X_OK) == 0 }
    private static let program = "/usr/sbin/spamd"

    private let daemon: SpamDaemon
    private let place: Listener.Place
    package var port: UInt16 { place.port }
    package var socket: String { daemon.directory.path("spamd.sock") }
    /// `checks.spamd.server`
    package var local: String { "unix:\(socket)" }
    package var network: String { "127.0.0.1:\(port)" }

    /// GTUBE, and words of the subject that weigh something.
    private static let rules = [
        #"body GTUBE /XJS\*C4JDBQADN1\.NSBN3\*2IDNEN\*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL\*C\.34X/"#,
        "score GTUBE 1000", "header CHEAP Subject =~ /cheap/", "score CHEAP 2.5",
        "header FRIEND Subject =~ /friend/",
        "score FRIEND -1.5", "required_score 5", "use_bayes 0", "util_rb_tld example com net org",
    ]

    package init() throws {
        place = try Listener.Place()
        let directory = try TemporaryDirectory()
        try directory.makeDirectory("rules")
        try directory.makeDirectory("site")
        try directory.makeDirectory("home")
        try directory.write("rules/10.cf", Self.rules.map { $0 + "\n" }.joined())
        try directory.write("site/init.pre", "loadplugin Mail::SpamAssassin::Plugin::Check\n")
        try directory.write("site/local.cf", "")
        let options = [
            "--local", "--nouser-config", "--syslog=stderr", "--min-children=1", "--max-children=3",
            "--listen=127.0.0.1:\(place.port)", "--socketpath=\(directory.path("spamd.sock"))",
            "--socketmode=0666",
            "--configpath=\(directory.path("rules"))", "--siteconfigpath=\(directory.path("site"))",
        ]
        daemon = SpamDaemon(
            directory, [Self.program] + options, sockets: [directory.path("spamd.sock")], place: place)
        try daemon.start()
    }

    package func start() throws { try daemon.start() }

    package func stop() { daemon.stop() }

    /// Has it stand still, with all connections that come, or go on.
    package func freeze(_ isSo: Bool) { daemon.freeze(isSo) }

    /// What it wrote.
    package var output: String { daemon.output }
}
