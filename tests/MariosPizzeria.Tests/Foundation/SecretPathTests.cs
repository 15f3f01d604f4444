using System.Diagnostics;
using MariosPizzeria.ServiceDefaults.Logging;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>A guest's tracking link gives access to the order, so no log line and no span contains its token.</summary>
public sealed class SecretPathTests
{
    [Theory]
    [InlineData("/track/abc.def", "/track/***")]
    [InlineData("/api/track/abc.def", "/api/track/***")]
    [InlineData("/api/track/abc.def/stream", "/api/track/***/stream")]
    [InlineData("/API/Track/abc.def/cancel", "/API/Track/***/cancel")]
    [InlineData("/track/abc.def?handler=cancel", "/track/***?handler=cancel")]
    [InlineData("http://order:8001/api/track/abc.def", "http://order:8001/api/track/***")]
    [InlineData("/api/orders/abc", "/api/orders/abc")]
    [InlineData("/tracks/abc", "/tracks/abc")]
    [InlineData("/track", "/track")]
    public void A_token_is_left_out_of_an_address(string address, string shown) => SecretPaths.Of(address).ShouldBe(shown);

    [Fact]
    public void A_request_that_is_sent_is_exported_without_the_token()
    {
        using var span = new Activity("GET").SetTag("url.full", "http://order/api/track/abc.def/stream").SetTag("url.scheme", "http");
        using var processor = new SecretPathProcessor();

        processor.OnEnd(span);

        span.GetTagItem("url.full").ShouldBe("http://order/api/track/***/stream");
        span.GetTagItem("url.scheme").ShouldBe("http");
    }
}
