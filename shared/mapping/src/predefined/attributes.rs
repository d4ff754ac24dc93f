//! Engagement attributes: what the customer's own site told LivePerson of the visitor.

use super::{
    Parameter,
    ParameterKind::{Both, Messaging},
    ValueType::{Boolean, Date, List, Number, Text},
    row,
};

/// A row of the table below: the SDK's address behind `SDE.`, the kind of event and the API's address behind it.
macro_rules! attributes {
    ($($label:literal $type:ident: $($sdk:literal)? => $($kind:ident $api:literal)?;)+) => {
        /// Both channels share their addresses.
        pub(super) const ROWS: &[Parameter] = &[$(attributes!(@row $label $type [$($sdk)?] [$($kind $api)?]),)+];
    };
    (@row $label:literal $type:ident $sdk:tt $api:tt) => {
        row($label, Both, $type, [
            attributes!(@sdk $sdk), attributes!(@api $api), attributes!(@sdk $sdk), attributes!(@api $api),
        ])
    };
    (@sdk []) => { "" };
    (@sdk [$sdk:literal]) => { concat!("SDE.", $sdk) };
    (@api []) => { "" };
    (@api [$kind:ident $api:literal]) => { concat!("sdes.events[sdeType=", stringify!($kind), "].", $api) };
}

/// Only messaging knows whether a customer was signed in.
pub(super) const MESSAGING_ONLY: &[Parameter] = &[row(
    "Customer Login Status",
    Messaging,
    Text,
    ["", "", "", "sdes.events[sdeType=CUSTOMER_INFO].customerInfo.customerInfo.loginStatus"],
)];

attributes! {
    "Customer Type" Text: "customerDetails.type" => CUSTOMER_INFO "customerInfo.customerInfo.customerType";
    "Customer Status" Text: "customerDetails.status" => CUSTOMER_INFO "customerInfo.customerInfo.customerStatus";
    "Customer ID" Text: "customerDetails.customerId" => CUSTOMER_INFO "customerInfo.customerInfo.customerId";
    "Customer Balance" Text: "customerDetails.balance" => CUSTOMER_INFO "customerInfo.customerInfo.balance";
    "Customer Social ID" Text: "customerDetails.socialId" => CUSTOMER_INFO "customerInfo.customerInfo.socialId";
    "Customer IMEI" Text: "customerDetails.imei" => CUSTOMER_INFO "customerInfo.customerInfo.imei";
    "Customer User Name" Text: "customerDetails.userName" => CUSTOMER_INFO "customerInfo.customerInfo.userName";
    "Customer Account Name" Text: "customerDetails.accountName" => CUSTOMER_INFO "customerInfo.customerInfo.accountName";
    "Customer Role" Text: "customerDetails.role" => CUSTOMER_INFO "customerInfo.customerInfo.role";
    "Customer Company Size" Number: "customerDetails.companySize" => CUSTOMER_INFO "customerInfo.customerInfo.companySize";
    "Customer Company Branch" Text: "customerDetails.companyBranch" => CUSTOMER_INFO "customerInfo.customerInfo.companyBranch";
    "Customer Last Payment Date" Date: "customerDetails.lastPaymentDate" => CUSTOMER_INFO "customerInfo.customerInfo.lastPaymentDate";
    "Customer Registration Date" Date: "customerDetails.registrationDate" => CUSTOMER_INFO "customerInfo.customerInfo.registrationDate";
    "Customer Store Number" Text: => CUSTOMER_INFO "customerInfo.customerInfo.storeNumber";
    "Customer Store Zip Code" Text: => CUSTOMER_INFO "customerInfo.customerInfo.storeZipCode";
    "Customer Currency" Text: => CUSTOMER_INFO "customerInfo.customerInfo.currency";
    "Visitor Name" Text: "personalInfo.name" => PERSONAL_INFO "personalInfo.personalInfo.name";
    "Visitor Surname" Text: "personalInfo.lastname" => PERSONAL_INFO "personalInfo.personalInfo.surname";
    "Visitor First Name" Text: "personalInfo.firstname" =>;
    "Visitor Gender" Text: "personalInfo.gender" => PERSONAL_INFO "personalInfo.personalInfo.gender";
    "Visitor Company" Text: "personalInfo.company" => PERSONAL_INFO "personalInfo.personalInfo.company";
    "Visitor Age" Number: "personalInfo.age" => PERSONAL_INFO "personalInfo.personalInfo.customerAge.customerAgeInYears";
    "Visitor Birthday" Date: "personalInfo.birthday" =>;
    "Visitor Year of Birth" Number: => PERSONAL_INFO "personalInfo.personalInfo.customerAge.customerYearOfBirth";
    "Visitor Language" Text: "personalInfo.language" => PERSONAL_INFO "personalInfo.personalInfo.language";
    "Visitor Email" Text: "personalInfo.contactInfo.email" => PERSONAL_INFO "personalInfo.personalInfo.contacts.personalContact.email";
    "Visitor Phone" Text: "personalInfo.contactInfo.phone" => PERSONAL_INFO "personalInfo.personalInfo.contacts.personalContact.phone";
    "Marketing Affiliate" Text: "marketingSource.affiliate" => MARKETING_CAMPAIGN_INFO "marketingCampaignInfo.marketingCampaignInfo.affiliate";
    "Marketing Originating Channel" Text: "marketingSource.originatingChannel" => MARKETING_CAMPAIGN_INFO "marketingCampaignInfo.marketingCampaignInfo.originatingChannel";
    "Marketing Campaign ID" Text: "marketingSource.campaignId" => MARKETING_CAMPAIGN_INFO "marketingCampaignInfo.marketingCampaignInfo.campaignId";
    "Lead ID" Text: "leadGeneration.leadId" => LEAD "lead.lead.leadId";
    "Lead Topic" Text: "leadGeneration.topic" => LEAD "lead.lead.topic";
    "Lead Value" Text: "leadGeneration.value" => LEAD "lead.lead.value";
    "Lead Currency" Text: => LEAD "lead.lead.currency";
    "Transaction Order ID" Text: "transaction.orderId" => PURCHASE "purchase.orderId";
    "Transaction Total" Text: "transaction.total" => PURCHASE "purchase.total";
    "Transaction Item Count" Number: "transaction.numItems" => PURCHASE "purchase.cart.numItems";
    "Cart Total" Text: "shoppingCart.cartTotal" => CART_STATUS "cartStatus.total";
    "Cart Item Count" Number: "shoppingCart.numItems" => CART_STATUS "cartStatus.numItems";
    "Cart Currency" Text: => CART_STATUS "cartStatus.currency";
    "Cart Product Name" Text: "shoppingCart.products.name" => CART_STATUS "cartStatus.products.product.name";
    "Viewed Product Name" Text: "viewedProducts.name" => VIEWED_PRODUCT "viewedProduct.products.product.name";
    "Viewed Product Category" Text: "viewedProducts.category" => VIEWED_PRODUCT "viewedProduct.products.product.category";
    "Viewed Product SKU" Text: "viewedProducts.sku" => VIEWED_PRODUCT "viewedProduct.products.product.sku";
    "Viewed Product Price" Text: "viewedProducts.price" => VIEWED_PRODUCT "viewedProduct.products.product.price";
    "Service Activity Topic" Text: "serviceActivity.topic" => SERVICE_ACTIVITY "serviceActivity.serviceActivity.topic";
    "Service Activity Status" Text: "serviceActivity.status" => SERVICE_ACTIVITY "serviceActivity.serviceActivity.status";
    "Service Activity Category" Text: "serviceActivity.category" => SERVICE_ACTIVITY "serviceActivity.serviceActivity.category";
    "Service Activity ID" Text: "serviceActivity.id" => SERVICE_ACTIVITY "serviceActivity.serviceActivity.serviceId";
    "Visitor Error Message" Text: "error.message" => VISITOR_ERROR "visitorError.visitorError.message";
    "Visitor Error Code" Text: "error.code" => VISITOR_ERROR "visitorError.visitorError.code";
    "Visitor Error Level" Number: "error.level" => VISITOR_ERROR "visitorError.visitorError.level";
    "Visitor Error Context ID" Text: "error.contextId" => VISITOR_ERROR "visitorError.visitorError.contextId";
    "Visitor Error Resolved" Boolean: "error.resolved" => VISITOR_ERROR "visitorError.visitorError.resolved";
    "Searched Keywords" List: "searchContent.keywords.value" => SEARCH_CONTENT "searchContent.keywords";
}
