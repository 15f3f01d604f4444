using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.Worker.Mail;

namespace MariosPizzeria.Tests.Ordering;

/// <summary>Two workers that get copies of the same message at the same time.</summary>
public sealed class OnceOnlyMailerTests : IMailer
{
    private static readonly MailContent Mail = new("mail-1", "ada@example.org", "Order ready", "Come and fetch it.");

    private readonly TaskCompletionSource<bool> _accepted = new();
    private readonly OnceOnlyMailer _mailer;
    private int _asked;
    private bool _recorded;

    public OnceOnlyMailerTests() => _mailer = new(this, new MemoryCache(TimeProvider.System), new RandomSource());

    [Fact]
    public async Task A_copy_waits_while_another_worker_sends_the_mail()
    {
        var first = SendAsync();

        await Should.ThrowAsync<ConcurrencyException>(SendAsync);

        _accepted.SetResult(true);
        await first;
        _asked.ShouldBe(1);
    }

    [Fact]
    public async Task A_copy_ends_if_the_mail_is_recorded_although_another_worker_still_holds_the_lease()
    {
        var first = SendAsync();
        _recorded = true;

        await SendAsync();

        first.IsCompleted.ShouldBeFalse("the first still holds the lease");
        _accepted.SetResult(true);
        await first;
        _asked.ShouldBe(1);
    }

    Task<bool> IMailer.SendAsync(MailContent letter, CancellationToken cancellationToken)
    {
        _asked++;
        return _accepted.Task;
    }

    private Task SendAsync() =>
        _mailer.SendAsync(
            Mail.Id,
            () => Task.FromResult<MailContent?>(_recorded ? null : Mail),
            _ =>
            {
                _recorded = true;
                return Task.CompletedTask;
            },
            CancellationToken.None
        );
}
