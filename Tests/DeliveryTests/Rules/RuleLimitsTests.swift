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
