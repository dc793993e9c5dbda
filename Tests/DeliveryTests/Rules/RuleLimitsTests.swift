import Maildir
import Settings
import Sieve
import Testing

@testable import Delivery

/// What a site sets of what scripts may do is what the engine goes by.
@Suite struct RuleLimitsTests {
    @Test("every limit that can be set is handed to the engine")
    func limits() throws {
        var site = try Site()
        site.set(
            "sieve.max-script-size=2K", "sieve.max-actions=3", "sieve.max-redirects=2",
            "sieve.max-steps=4000",
            "sieve.vacation-min=1h", "sieve.vacation-default=2d", "sieve.vacation-max=3d")
        let limits = Rules(
            configuration: site.configuration, destination: try site.destination, inbox: .inbox
        )
        .limits
        #expect(limits.scriptBytes == 2048 && limits.actions == 3 && limits.redirects == 2)
        #expect(limits.steps == 4000)
        #expect(limits.vacationMinimum == 3600 && limits.vacationDefault == 172_800)
        #expect(limits.vacationMaximum == 259_200)
    }

    private static let keys: [(String, @Sendable (SieveLimits) -> Int)] = [
        ("max-string-size=5K", { $0.stringBytes }), ("max-nesting=20", { $0.nesting }),
        ("max-arguments=17", { $0.arguments }), ("max-variables=130", { $0.variables }),
        ("max-variable-size=5K", { $0.variableBytes }), ("max-includes=2", { $0.includes }),
        ("max-include-depth=3", { $0.includeDepth }), ("max-notifications=1", { $0.notifications }),
        ("max-added-fields=1", { $0.addedFields }), ("max-added-field-size=1K", { $0.addedFieldBytes }),
        ("max-body-size=64K", { $0.bodyBytes }), ("max-loops=2", { $0.loops }),
        ("duplicate-default=1h", { $0.duplicateSeconds }),
        ("duplicate-max=2h", { $0.duplicateSecondsMaximum }),
    ]

    @Test("each limit has a key of its own", arguments: keys)
    func each(override: String, limit: @Sendable (SieveLimits) -> Int) throws {
        var site = try Site()
        site.set("sieve." + override)
        let changed = SieveLimits(site.configuration.sieve)
        #expect(limit(changed) != limit(SieveLimits()))
        for (other, value) in Self.keys where other != override {
            #expect(value(changed) == value(SieveLimits()), "\(override) changes \(other)")
        }
    }

    @Test("fields that are protected are neither added nor deleted")
    func protected() throws {
        var site = try Site()
        site.set("sieve.protected-fields=X-Spam,Subject-Tag")
        try site.use(
            "require \"editheader\"; addheader \"x-spam\" \"no\"; deleteheader \"X-SPAM\"; addheader \"X-Other\" \"1\";"
        )
        let plan = try site.rules("X-Spam: yes\n" + Site.message)
        let content = try #require(plan.actions.first?.content)
        let text = String(decoding: content.bytes(limit: 10_000), as: UTF8.self)
        #expect(text == "X-Other: 1\nX-Spam: yes\n" + Site.message)
    }

    @Test("without a configuration the limits are those of the engine")
    func defaults() throws {
        let site = try Site()
        let limits = Rules(configuration: Configuration(), destination: try site.destination, inbox: .inbox)
            .limits
        let own = SieveLimits()
        #expect(limits.scriptBytes == own.scriptBytes && limits.steps == own.steps)
        #expect(limits.actions == own.actions && limits.redirects == own.redirects)
        #expect(
            limits.vacationMinimum == own.vacationMinimum && limits.vacationMaximum == own.vacationMaximum)
        #expect(limits.vacationDefault == own.vacationDefault)
    }
}
