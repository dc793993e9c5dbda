import Platform
import Settings
import Testing

@testable import Delivery

@Suite struct ConfigurationLoadingTests {
    private let temporary: TemporaryDirectory

    init() throws { temporary = try TemporaryDirectory() }

    private func load(_ text: String, overrides: [String] = []) throws -> ConfigurationLoading {
        ConfigurationLoading(path: try temporary.write("c.toml", text), overrides: overrides)
    }

    @Test("the file's values count, and -o comes after them")
    func order() throws {
        let loading = try load(
            "[mail]\nroot = \"~/Mail\"\nautocreate = true\n", overrides: ["mail.autocreate=false"])
        #expect(loading.configuration.mail.root == PathTemplate("~/Mail"))
        #expect(!loading.configuration.mail.autocreate)
        #expect(loading.obstacle == nil && loading.warnings.isEmpty && loading.problems.isEmpty)
    }

    @Test("a file that was asked for and is not there stops the delivery")
    func missing() {
        let loading = ConfigurationLoading(path: temporary.path("none.toml"), overrides: [])
        #expect(loading.unreadable?.code == ErrorCode.noSuchFile)
        #expect(loading.obstacle?.contains("none.toml") == true)
    }

    @Test("without a path the standard file need not be there")
    func standard() throws {
        let loading = ConfigurationLoading(path: nil, overrides: ["retry.jitter=7"])
        if (try? FileStatus.of(ConfigurationLoading.standardPath)) == nil {
            #expect(loading.unreadable == nil && loading.obstacle == nil)
        }
        #expect(loading.configuration.retry.jitter == 7)
    }

    @Test("no file is read where none is to be read")
    func unread() throws {
        let loading = ConfigurationLoading(path: nil, overrides: ["spool.mode=tempfail"], readsFile: false)
        #expect(loading.problems.isEmpty && loading.unreadable == nil)
        #expect(loading.configuration.spool.mode == .tempfail)
    }

    @Test("a directory in the file's place cannot be read")
    func directory() {
        #expect(
            ConfigurationLoading(path: temporary.path, overrides: []).obstacle?.contains("configuration: ")
                == true)
    }

    @Test("a file that grows without end is not read to its end")
    func tooLarge() {
        let loading = ConfigurationLoading(path: "/dev/zero", overrides: [])
        #expect(loading.unreadable?.code == ErrorCode.fileTooLarge)
    }

    struct Text: Sendable {
        let text: String
        let stops: Bool
        let word: String
    }

    @Test(
        "syntax errors and bad values stop a delivery, unknown keys only warn",
        arguments: [
            Text(text: "[mail\n", stops: true, word: "c.toml:1"),
            Text(text: "[mail]\nroot = 7\n", stops: true, word: "mail.root"),
            Text(text: "[mail]\n\nroot = \"relative\"\n", stops: true, word: "c.toml:3"),
            Text(text: "[retry]\nexpire = \"never\"\n", stops: true, word: "retry.expire"),
            Text(text: "[mail]\nrot = \"/x\"\n", stops: false, word: "mail.root"),
            Text(text: "[nonsense]\na = 1\n", stops: false, word: "nonsense"),
        ])
    func problems(text: Text) throws {
        let loading = try load(text.text)
        #expect((loading.obstacle != nil) == text.stops)
        #expect(loading.warnings.isEmpty == text.stops)
        #expect((loading.obstacle ?? loading.warnings.joined()).contains(text.word), "\(loading.problems)")
    }

    @Test(
        "an option -o that cannot be followed stops a delivery; one for a key that does not exist warns",
        arguments: [
            ("nonsense", true), ("mail.max-size=big", true), ("mail.nonsense=1", false), ("=", false),
        ])
    func overrides(option: String, stops: Bool) {
        let loading = ConfigurationLoading(path: nil, overrides: [option], readsFile: false)
        #expect(loading.problems.count == 1)
        #expect((loading.obstacle != nil) == stops)
        #expect(loading.warnings.count == (stops ? 0 : 1))
    }
}
