using System.Net;
using MariosPizzeria.ServiceDefaults.Security;
using MariosPizzeria.Tests.InProcess;

namespace MariosPizzeria.Tests.Ordering;

/// <summary>Guessing at passwords, and what it does to those who know theirs.</summary>
public sealed class SignInLimitTests : IAsyncDisposable
{
    private readonly OrderFactory _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Theory]
    [InlineData("/api/auth/token")]
    [InlineData("/internal/auth/verify")]
    public async Task Of_sixty_guesses_at_once_no_more_are_judged_than_of_sixty_in_turn(string path)
    {
        await Register("ada");

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(n => Try(path, "ada", $"wrong horse {n}")));

        answers.Count(answer => answer.StatusCode == HttpStatusCode.Unauthorized).ShouldBeLessThanOrEqualTo(11);
        var refused = answers.Where(answer => answer.StatusCode != HttpStatusCode.Unauthorized).ToList();
        refused.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
        refused.ShouldAllBe(answer => answer.Headers.RetryAfter != null);
    }

    [Fact]
    public async Task However_it_is_spelled_an_account_is_one_account()
    {
        await Register("ada");

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
            answers.Add((await Try("/api/auth/token", name, "wrong horse")).StatusCode);
        }

        answers.Count(status => status == HttpStatusCode.Unauthorized).ShouldBe(11);
    }

    [Fact]
    public async Task The_owner_elsewhere_is_never_locked_out()
    {
        await Register("ada");
        for (var n = 0; n < 30; n++)
        {
            await Try("/api/auth/token", "ada", $"wrong horse {n}", Sealed("198.51.100.1"));
        }

        (await Try("/api/auth/token", "ada", "correct horse", Sealed("198.51.100.1"))).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        for (var n = 0; n < 30; n++)
        {
            (await Try("/api/auth/token", "ada", "correct horse", Sealed("203.0.113.7"))).StatusCode.ShouldBe(HttpStatusCode.OK);
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
        await Register("ada");
        var seal = Sealed("198.51.100.1").Split(';')[1];

        var answers = new List<HttpStatusCode>();
        for (var n = 0; n < 15; n++)
        {
            answers.Add((await Try("/api/auth/token", "ada", "wrong horse", string.Format(null, header, n, seal))).StatusCode);
        }

        answers.Count(status => status == HttpStatusCode.Unauthorized).ShouldBe(11);
    }

    [Fact]
    public async Task Of_forty_sign_ins_at_once_with_the_right_password_none_is_refused()
    {
        await Register("ada");

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Try("/api/auth/token", "ada", "correct horse")));

        answers.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task Two_hundred_wrong_sign_ins_at_once_do_not_hold_up_the_right_one()
    {
        await Register("ada");
        await Try("/api/auth/token", "nobody", "warm"); // what is computed once is computed

        var wrong = Enumerable.Range(0, 200).Select(n => Try("/api/auth/token", $"nobody{n}", "wrong horse")).ToList();
        await Answers.Eventually(() => Task.FromResult(wrong.Any(each => each.IsCompleted)), "the flood is there");
        var judgedBefore = Judged();
        var right = await Try("/api/auth/token", "ada", "correct horse");

        // Counted in hashes and not in seconds, which a busy machine makes as long as it likes: the queue holds 20 for each processor.
        right.StatusCode.ShouldBe(HttpStatusCode.OK);
        (Judged() - judgedBefore).ShouldBeLessThan(20 * Environment.ProcessorCount);
        var answers = await Task.WhenAll(wrong);
        answers.ShouldContain(answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
        answers.ShouldAllBe(answer =>
            answer.StatusCode == HttpStatusCode.Unauthorized
            || (answer.StatusCode == HttpStatusCode.TooManyRequests && answer.Headers.RetryAfter != null)
        );

        int Judged() => wrong.Count(each => each.IsCompletedSuccessfully && each.Result.StatusCode == HttpStatusCode.Unauthorized);
    }

    private string Sealed(string address) => _service.Get<ClientAddress>().Seal(address);

    private async Task Register(string username) =>
        await _service
            .Anonymous()
            .Post(
                "/api/auth/register",
                new
                {
                    username,
                    password = "correct horse",
                    name = "Ada",
                }
            )
            .Json(201);

    private Task<HttpResponseMessage> Try(string path, string username, string password, string? clientAddress = null)
    {
        var client = path.StartsWith("/internal", StringComparison.Ordinal) ? _service.As("service") : _service.Anonymous();
        if (clientAddress is not null)
        {
            client.DefaultRequestHeaders.Add(ClientAddress.Header, clientAddress);
        }

        return client.Post(path, new { username, password });
    }
}
