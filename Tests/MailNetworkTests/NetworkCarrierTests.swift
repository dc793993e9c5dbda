import MailTransport
import Testing

@testable import MailNetwork

@Suite struct NetworkCarrierTests {
    @Test("a carrier that was told nothing knows of no peer that is down")
    func beginning() {
        #expect(NetworkCarrier(NetworkOptions()).suspensions.isEmpty)
    }
}
