using System.Buffers.Binary;
using System.Net;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.OrderService.Accounts;
using MariosPizzeria.Tests.InProcess;

namespace MariosPizzeria.Tests.Ordering;

/// <summary>
/// Many sign-ins at once, with hashes as in production. Run alone: hashing hundreds of passwords takes all processors for seconds, and with
/// them the time limits of other tests.
/// </summary>
[Collection(RunAlone.Name)]
public sealed class SignInFloodTests : IAsyncDisposable
{
    private readonly OrderFactory _service = new() { PasswordIterations = PasswordHashing.Iterations };

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task A_stored_hash_takes_as_long_as_owasp_advises()
    {
        await _service.RegisterAsync("ada");

        var account = await _service.Get<IRepository<Account>>().FindAsync(Account.IdOf("ada"), CancellationToken.None);

        // Identity's format: one byte for the version, then the hash function (2 is HMAC-SHA512) and the iterations, four bytes each.
        var hash = Convert.FromBase64String(account!.PasswordHash);
        BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(1)).ShouldBe(2);
        BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(5)).ShouldBe(210_000);
    }

    [Fact]
    public async Task Of_forty_sign_ins_at_once_with_the_right_password_none_is_refused()
    {
        await _service.RegisterAsync("ada");

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => TryAsync("ada", "correct horse")));

        answers.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task Two_hundred_wrong_sign_ins_at_once_do_not_hold_up_the_right_one()
    {
        await _service.RegisterAsync("ada");
        await TryAsync("nobody", "warm"); // does the computations that are done only once

        var wrong = Enumerable.Range(0, 200).Select(n => TryAsync($"nobody{n}", "wrong horse")).ToList();
        await Answers.EventuallyAsync(() => Task.FromResult(wrong.Any(each => each.IsCompleted)), "the flood is there");
        var judgedBefore = Judged();
        var right = await TryAsync("ada", "correct horse");

        // Counted in hashes and not in seconds, because a busy machine can be arbitrarily slow. The queue holds 20 for each processor.
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

    private Task<HttpResponseMessage> TryAsync(string username, string password) =>
        _service.Anonymous().PostAsync("/api/auth/token", new { username, password });
}

/// <summary>Tests that use all processors for seconds; no other test runs at the same time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RunAlone
{
    public const string Name = "run alone";
}
