"""English words for one matter, everyday ones and those of documents. A group a line; a word may stand in several."""

GROUPS = """
    deposit bond downpayment prepayment retainer
    refund refunded reimburse reimbursed reimbursement repay repaid return returned back money
    pay pays paid cost costs price priced charge charged charges fee fees fare rate payable payment expensive spend
    pay salary wage wages earn earns earnings remuneration
    kid kids child children son daughter toddler baby infant pupil pupils boy girl student
    mum mom dad mother father parent parents guardian carer family
    wife husband spouse partner married marry marriage
    doctor physician gp surgeon clinic hospital nurse ward
    sick ill illness unwell fever temperature sickness disease infection infectious vomiting
    medicine medicines medication drug drugs pill pills tablet tablets dose painkiller painkillers
    hurt hurts pain painful sore ache injury injured injuries
    shower bath bathe wash wet swim
    eat food meal meals lunch dinner breakfast supper snack snacks canteen kitchen cook cooking
    drink drinks beverage beverages alcohol alcoholic wine beer
    smoke smoking cigarette cigarettes vape vaping tobacco
    dog dogs cat cats pet pets animal animals puppy
    noise noisy loud quiet music party parties silence
    friend friends guest guests visitor visitors overnight stay sleep
    car cars vehicle vehicles auto motor van
    park parked parking garage bay bays space spaces
    bike bikes bicycle bicycles cycle cycling buggy pram pushchair scooter
    wifi wi-fi internet network wireless online
    break breaks broke broken fault faulty defect defective damage damaged malfunction crack cracked fail fails failure
    fix fixed fixing repair repairs repaired mend mended service servicing maintenance workshop technician
    boss chief head manager director ceo executive chair chairman chairwoman president leader leads led principal headteacher owner runs
    quit resign resignation leave leaving notice terminate termination cancel cancellation cancelled withdraw
    fire fired sack sacked dismiss dismissed dismissal misconduct
    job work position role employment post occupation career
    holiday holidays vacation leave off
    late delay delayed overdue arrears lateness
    fine fined penalty surcharge interest
    ship shipping shipped delivery deliver delivered dispatch dispatched postage courier parcel arrive
    flight flights plane airline airport fly flying
    train trains rail railway station coach bus
    hotel hostel room rooms accommodation lodging bed dorm inn
    luggage bag bags baggage suitcase suitcases
    key keys keycard fob lock locked locker
    lose lost missing misplaced replacement replace replaced
    steal stolen theft thief burglary robbed
    crash accident collision hit
    claim claims report reported notify inform contact
    phone telephone call ring mobile number hotline
    email e-mail mail write address contact
    clean cleaned cleaning wash rinse wipe descale descaling dirty
    rubbish trash garbage waste bin bins recycling refuse
    neighbour neighbours neighbor neighbors resident residents tenant tenants
    landlord owner lessor agent housing
    flat apartment unit premises home house dwelling
    rent rental lease let letting tenancy sublet
    paint painting decorate decoration alter alteration alterations drill renovation renovate
    heat heating warm boiler radiator temperature hot
    cold freezing freeze frost winter
    battery charge charging charger recharge
    screen display light lights lamp indicator led
    guarantee warranty
    weight weigh weighs weighed heavy kg
    age aged old older years elderly senior seniors over
    die died dead death deaths killed fatal
    born birth birthday birthplace
    study studied university college school degree graduate graduated education trained
    book books wrote write written author published publication
    win won winner award awarded prize medal honour
    money funds fund budget cash account accounts balance bank
    profit profits surplus earned earn income net
    sales revenue turnover sold
    customer customers client clients buyer buyers shopper shoppers
    worker workers staff employee employees team people workforce hire hired recruit
    open opens opened opening reopen reopened hours
    close closes closed closing shut shuts closure
    against oppose opposed objection objected disagree dissent abstained
    meet met meeting meetings session assembly
    absent absence apologies attend attended attending present participants
    join joined joining member members membership register registered registration enrol enrolled sign
    gym fitness training trainer workout class classes
    pause paused suspend suspended suspension freeze frozen hold
    teacher teachers tutor instructor staff
    clothes clothing uniform wear wearing dress shoes
    pick picked pickup collect collected collection
    road roads street lane closure diversion detour traffic
    discount discounts cheap cheaper reduced reduction concession concessions offer voucher
    free complimentary included inclusive gratis
    exercise sport sports run running jogging physiotherapy activity
    stitches wound dressing bandage scar plaster
    sample participants respondents volunteers enrolled recruited
    effect effects effective improve improved improvement benefit work works help helped
    test tests exam exams examination trial assessment
    why because cause caused causes reason due owing
    complain complaint complaints dispute objection
    sue court lawsuit legal arbitration proceedings
    toilet toilets bathroom wc restroom
    towel towels linen sheets bedding
    allergy allergic allergies allergen nuts
    emergency urgent ambulance immediately
    evening night nights late midnight
    weekend weekends saturday saturdays sunday sundays
    buy bought purchase purchased order ordered
    exchange swap swapped return
    limit limited maximum most cap
    kilometres kilometers miles mileage range distance far
    rain weather storm wind
    vote voted votes ballot elected election majority
    allow allowed permit permitted may permission consent forbidden prohibited banned
    illegal prohibited forbidden banned
    first start starts started begin begins began founded
    babysit childcare nursery kindergarten
    trousers skirt shirt jumper
"""
