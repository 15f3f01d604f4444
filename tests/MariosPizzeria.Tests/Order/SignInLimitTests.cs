using System.Net;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.Tests.InProcess;

namespace MariosPizzeria.Tests.Ordering;

/// <summary>Password guessing, and its effect on users who know their password.</summary>
public sealed class SignInLimitTests : IAsyncDisposable
{
    private readonly OrderFactory _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Theory]
    [InlineData("/api/auth/token")]
    [InlineData("/internal/auth/verify")]
    public async Task Of_sixty_guesses_at_once_no_more_are_judged_than_of_sixty_in_turn(string path)
    {
        await _service.RegisterAsync("ada");

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(n => TryAsync(path, "ada", $"wrong horse {n}")));

        answers.Count(answer => answer.StatusCode == HttpStatusCode.Unauthorized).ShouldBeLessThanOrEqualTo(11);
        var refused = answers.Where(answer => answer.StatusCode != HttpStatusCode.Unauthorized).ToList();
        refused.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
        refused.ShouldAllBe(answer => answer.Headers.RetryAfter != null);
    }

    [Fact]
    public async Task However_it_is_spelled_an_account_is_one_account()
    {
        await _service.RegisterAsync("ada");

        var answers = new List<HttpStatusCode>();
        foreach (
            var name in Enumerable
                .Range(0, 15)
                .Select(n =>
                    (n % 3) switch
                    {
                        0 => "ada",
                        1 => "ADA",
                        _ => " Ada ",
                    }
                )
        )
        {
            answers.Add((await TryAsync("/api/auth/token", name, "wrong horse")).StatusCode);
        }

        answers.Count(status => status == HttpStatusCode.Unauthorized).ShouldBe(11);
    }

    [Fact]
    public async Task The_owner_elsewhere_is_never_locked_out()
    {
        await _service.RegisterAsync("ada");
        for (var n = 0; n < 30; n++)
        {
            await TryAsync("/api/auth/token", "ada", $"wrong horse {n}", Sealed("198.51.100.1"));
        }

        (await TryAsync("/api/auth/token", "ada", "correct horse", Sealed("198.51.100.1"))).StatusCode.ShouldBe(
            HttpStatusCode.TooManyRequests
        );
        for (var n = 0; n < 30; n++)
        {
            (await TryAsync("/api/auth/token", "ada", "correct horse", Sealed("203.0.113.7"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        }
    }

    [Theory]
    [InlineData("203.0.113.{0}")]
    [InlineData("203.0.113.{0};")]
    [InlineData("203.0.113.{0};0000")]
    [InlineData("203.0.113.{0};{1}")]
    [InlineData(";{0}")]
    public async Task An_address_that_the_gateway_did_not_tell_counts_for_nothing(string header)
    {
        await _service.RegisterAsync("ada");
        var seal = Sealed("198.51.100.1").Split(';')[1];

        var answers = new List<HttpStatusCode>();
        for (var n = 0; n < 15; n++)
        {
            answers.Add((await TryAsync("/api/auth/token", "ada", "wrong horse", string.Format(null, header, n, seal))).StatusCode);
        }

        answers.Count(status => status == HttpStatusCode.Unauthorized).ShouldBe(11);
    }

    private string Sealed(string address) => _service.Get<SealedClientAddress>().Sign(address);

    private Task<HttpResponseMessage> TryAsync(string path, string username, string password, string? clientAddress = null)
    {
        var client = path.StartsWith("/internal", StringComparison.Ordinal) ? _service.As("service") : _service.Anonymous();
        if (clientAddress is not null)
        {
            client.DefaultRequestHeaders.Add(SealedClientAddress.Header, clientAddress);
        }

        return client.PostAsync(path, new { username, password });
    }
}
