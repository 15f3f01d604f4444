using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Accounts;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.Tests.InProcess;
using MariosPizzeria.Worker.Mail;

namespace MariosPizzeria.Tests.Ordering;

/// <summary>To whom the pizzeria can be made to send mail, with what content, and how much.</summary>
public sealed class MailRelayTests : IAsyncDisposable
{
    private const string Typed = "Win a pizza at http://evil.example/ now";

    private readonly MailServer _server = new();
    private readonly WorkerFactory _worker;

    public MailRelayTests() => _worker = Worker([]);

    public async ValueTask DisposeAsync()
    {
        await _worker.DisposeAsync();
        _server.Dispose();
    }

    [Fact]
    public async Task What_somebody_typed_as_a_reason_is_in_no_mail()
    {
        var account = await CustomerAsync("ada@example.org");

        await _worker.HearAsync(Cancelled(account, Typed));
        await MailedAsync(1);

        _server.Taken[0].Header("Subject").ShouldBe("Order cancelled - Mario's Pizzeria");
        _server.Taken[0].Text.ShouldContain("was cancelled");
        (_server.Taken[0].Header("Subject") + _server.Taken[0].Text).ShouldNotContain("evil");
    }

    [Theory]
    [InlineData("order_confirmed")]
    [InlineData("order_ready")]
    [InlineData("order_delivered")]
    [InlineData("order_cancelled")]
    [InlineData("delivery_failed")]
    [InlineData("order_late")]
    [InlineData("cancellation_refused")]
    [InlineData("sold_out")]
    [InlineData("of_another_release")]
    public void A_mail_has_nothing_of_the_notifications_own_words(string type)
    {
        var notification = Notification.Of(Cancelled("customer-1", Typed), "customer-1", type, Typed, Typed);

        var letter = NotificationMail.Of(notification, "ada@example.org", new Uri("https://pizzeria.example"), BusinessDays.Default);

        $"{letter.Subject}{letter.Text}".ShouldNotContain("evil");
        letter.Text.ShouldContain($"https://pizzeria.example/orders/{notification.OrderId}");
    }

    [Theory]
    [InlineData("\"Win-a-pizza-at-evil.example\"<ada@example.org>")]
    [InlineData("Evil<ada@example.org>")]
    public async Task A_name_before_the_address_is_not_passed_on(string email)
    {
        await _worker.HearAsync(Cancelled(await CustomerAsync(email), "x"));
        await MailedAsync(1);

        _server.Taken[0].Header("To").ShouldBe("ada@example.org");
    }

    [Fact]
    public async Task Until_it_is_confirmed_an_address_gets_the_confirmation_and_nothing_else()
    {
        await using var worker = Worker(new() { ["Mail:SiteAddress"] = "https://pizzeria.example" });
        var id = await CustomerAsync("ada@example.org", isConfirmed: false, worker);

        await worker.HearAsync(new EmailConfirmationRequested { AccountId = id });
        await MailedAsync(1);
        await worker.HearAsync(Cancelled(id, Typed));
        await worker.HearAsync(Cancelled(id, Typed));
        await worker.HearAsync(Cancelled(await CustomerAsync("bob@example.org", isConfirmed: true, worker), Typed));
        await Answers.EventuallyAsync(() => Task.FromResult(_server.Taken.Any(mail => mail.To == "bob@example.org")), "another is mailed");

        var mail = _server.Taken.Where(mail => mail.To == "ada@example.org").ShouldHaveSingleItem();
        mail.Header("Subject").ShouldBe("Is this your address? - Mario's Pizzeria");
        mail.Text.ShouldNotContain("evil");
        const string Link = "https://pizzeria.example/profile/email/confirm?token=";
        var token = mail.Text[(mail.Text.IndexOf(Link, StringComparison.Ordinal) + Link.Length)..].Split((char[])['\r', '\n'])[0];
        var confirm = new ConfirmEmail(worker.Get<IRepository<Account>>(), worker.Get<EmailToken>());
        (await confirm.Handle(new(Uri.UnescapeDataString(token)), CancellationToken.None)).Succeeded.ShouldBeTrue();
        await worker.HearAsync(Cancelled(id, Typed));
        await Answers.EventuallyAsync(
            () => Task.FromResult(_server.Taken.Count(one => one.To == "ada@example.org") == 2),
            "then it is mailed"
        );
    }

    [Fact]
    public async Task An_address_that_was_never_asked_is_asked_once_a_day_in_place_of_what_it_would_have_got()
    {
        var id = await CustomerAsync("ada@example.org", isConfirmed: false);

        for (var n = 0; n < 4; n++)
        {
            await _worker.HearAsync(Cancelled(id, Typed));
        }

        await _worker.HearAsync(Cancelled(await CustomerAsync("bob@example.org"), Typed));
        await Answers.EventuallyAsync(() => Task.FromResult(_server.Taken.Any(mail => mail.To == "bob@example.org")), "another is mailed");
        await MailedAsync(2);
        _server
            .Taken.Where(mail => mail.To == "ada@example.org")
            .ShouldHaveSingleItem()
            .Header("Subject")
            .ShouldStartWith("Is this your address?");
    }

    [Fact]
    public async Task However_many_accounts_say_it_is_theirs_an_address_is_asked_five_times_a_day()
    {
        for (var n = 0; n < 8; n++)
        {
            await _worker.HearAsync(
                new EmailConfirmationRequested
                {
                    AccountId = await CustomerAsync(n % 2 == 0 ? "ada@example.org" : "ADA@example.org", isConfirmed: false),
                }
            );
        }

        await _worker.HearAsync(Cancelled(await CustomerAsync("bob@example.org"), Typed));
        await Answers.EventuallyAsync(() => Task.FromResult(_server.Taken.Any(mail => mail.To == "bob@example.org")), "another is mailed");
        await MailedAsync(6);
        await _worker.HearAsync(Cancelled(await CustomerAsync("carla@example.org"), Typed));
        await MailedAsync(7);
        _server.Taken.Count(mail => mail.To.Equals("ada@example.org", StringComparison.OrdinalIgnoreCase)).ShouldBe(5);
    }

    [Fact]
    public async Task An_account_is_mailed_no_more_in_an_hour_than_the_bound()
    {
        await using var worker = Worker(new() { ["Mail:PerAccountPerHour"] = "3" });
        var (ada, bob) = (
            await CustomerAsync("ada@example.org", isConfirmed: true, worker),
            await CustomerAsync("bob@example.org", isConfirmed: true, worker)
        );

        for (var n = 0; n < 6; n++)
        {
            await worker.HearAsync(Cancelled(ada, "x"));
        }

        await MailedAsync(3);
        await worker.HearAsync(Cancelled(bob, "x"));
        await Answers.EventuallyAsync(() => Task.FromResult(_server.Taken.Any(mail => mail.To == "bob@example.org")), "another is mailed");
        await Answers.EventuallyAsync(async () => (await NotificationsAsync(worker, ada)).Count == 6, "all are on the account's page");
        _server.Taken.Count(mail => mail.To == "ada@example.org").ShouldBe(3);

        worker.Clock.Advance(TimeSpan.FromMinutes(61));
        await worker.HearAsync(Cancelled(ada, "x"));
        await Answers.EventuallyAsync(
            () => Task.FromResult(_server.Taken.Count(mail => mail.To == "ada@example.org") == 4),
            "an hour later"
        );
    }

    private static Task<IReadOnlyList<Notification>> NotificationsAsync(WorkerFactory worker, string customer) =>
        worker
            .Get<IRepository<Notification>>()
            .ListAsync(
                Query<Notification>.All.Where(MariosPizzeria.OrderService.OrderDocuments.ForCustomer, customer).First(100),
                CancellationToken.None
            );

    private static OrderCancelled Cancelled(string customerId, string reason) =>
        new()
        {
            OrderId = Guid.NewGuid().ToString("N"),
            CustomerId = customerId,
            Reason = reason,
            Total = new(5577),
            PlacedAt = Orders.Start,
            RefundDue = false,
            OccurredAt = Orders.Start,
        };

    private WorkerFactory Worker(Dictionary<string, string> settings) =>
        new(() => new SocketsHttpHandler()) { Settings = new(_server.Settings.Concat(settings)) };

    private Task MailedAsync(int count) =>
        Answers.EventuallyAsync(() => Task.FromResult(_server.Taken.Count == count), $"{count} mails are taken");

    private async Task<string> CustomerAsync(string email, bool isConfirmed = true, WorkerFactory? of = null)
    {
        var account = Account.Create(new(Guid.NewGuid().ToString("N"), Typed, [Roles.Customer]) { Email = email }, "", Orders.Start);
        if (isConfirmed)
        {
            account.ConfirmEmail();
        }

        await (of ?? _worker).Get<IRepository<Account>>().AddAsync(account, [], handled: null, CancellationToken.None);
        return account.Id;
    }
}
